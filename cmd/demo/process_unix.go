//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// isolate gives a command a process group of its own, so that Ctrl-C in a terminal reaches only the
// demo, which passes it on. Otherwise Terraform would get it twice, and take that for the wish to
// stop at once. With whole, the command's own children get it too.
func isolate(cmd *exec.Cmd, whole bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		if whole {
			return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		}

		return cmd.Process.Signal(syscall.SIGINT)
	}
}

// sweep ends what an interrupted command has left running.
func sweep(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
