//go:build !unix

package cli

import "os/exec"

// isolate leaves Ctrl-C to the console, which passes it to the command as well.
func isolate(cmd *exec.Cmd, _ bool) {
	cmd.Cancel = func() error { return nil }
}

// killGroup has nothing to do: without process groups, the children of a command are not known.
func killGroup(*exec.Cmd) {}
