//go:build !unix

package main

import "os/exec"

// isolate leaves Ctrl-C to the console, which hands it to the command as well.
func isolate(cmd *exec.Cmd, _ bool) {
	cmd.Cancel = func() error { return nil }
}

// sweep has nothing to do: without process groups nobody knows what belongs to a command.
func sweep(*exec.Cmd) {}
