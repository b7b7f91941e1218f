// Command fuzz runs every fuzz test of the module for a while.
//
//	go run ./internal/cmd/fuzz 10s
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: fuzz TIME, such as 10s, for each fuzz test")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := fuzz(ctx, os.Args[1])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "fuzz: %v\n", err)
		os.Exit(1)
	}
}

// fuzz runs the tests one after the other, since go test fuzzes one test of one package at a time.
func fuzz(ctx context.Context, duration string) error {
	packages, err := exec.CommandContext(ctx, "go", "list", "-f",
		"{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...").Output()
	if err != nil {
		return err
	}
	found := 0
	for _, pkg := range strings.Fields(string(packages)) {
		names, err := exec.CommandContext(ctx, "go", "test", "-list", "^Fuzz", pkg).Output() //nolint:gosec // a package of this module
		if err != nil {
			return fmt.Errorf("%s: %w", pkg, err)
		}
		for _, name := range strings.Fields(string(names)) {
			if !strings.HasPrefix(name, "Fuzz") {
				continue
			}
			found++
			fmt.Printf("=== %s %s\n", pkg, name)
			// By default, each input that reaches new code is minimized for a minute, in which nothing else is tried.
			cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+name+"$", //nolint:gosec // as above
				"-fuzztime", duration, "-fuzzminimizetime", "10x", pkg)
			cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("%s %s: %w", pkg, name, err)
			}
		}
	}
	if found == 0 {
		return fmt.Errorf("no fuzz test found")
	}
	fmt.Printf("%d fuzz tests passed.\n", found)
	return nil
}
