//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// isolate gives a command a process group of its own. Ctrl-C in a terminal then reaches only this program, which passes it on:
// Terraform would otherwise receive it twice, and stop without saving its state. With children, the command's own child
// processes receive it as well.
func isolate(cmd *exec.Cmd, children bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		if children {
			return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		}
		return cmd.Process.Signal(syscall.SIGINT)
	}
}

// killGroup ends the processes that an interrupted command left running.
func killGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
