//go:build !linux

package main

import "os"

// peakMemory returns 0: only Linux reports it in a known unit.
func peakMemory(*os.ProcessState) int64 { return 0 }
