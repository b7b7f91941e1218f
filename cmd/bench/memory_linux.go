package main

import (
	"os"
	"syscall"
)

// peakMemory returns the largest resident memory of a process that ended, in bytes.
func peakMemory(state *os.ProcessState) int64 {
	if r, ok := state.SysUsage().(*syscall.Rusage); ok {
		return r.Maxrss * 1024
	}
	return 0
}
