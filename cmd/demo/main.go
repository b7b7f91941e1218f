// Command demo tells what the provider is for as a story, in under a minute and
// without an Auth0 account.
//
//	go run ./cmd/demo
//
// It starts a tenant in its own process, builds the provider, and runs the real
// Terraform on examples/demo: init, plan, apply, plan again, a change, destroy.
// Everything is written to a temporary folder, which is gone when the story ends,
// however it ends.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// The exit statuses besides 0. The second is what a shell reports of a program that Ctrl-C ended.
const (
	statusFailed      = 1
	statusInterrupted = 130
)

func main() {
	os.Exit(status())
}

func status() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	err := demo(ctx, os.Stdout)

	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "\ndemo: interrupted. The temporary folder is removed, and the tenant is gone.")
		return statusInterrupted
	default:
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		return statusFailed
	}
}

// demo sets the stage, tells the story and clears everything away.
func demo(ctx context.Context, out *os.File) (err error) {
	began := time.Now()

	dir, err := os.MkdirTemp("", "auth0vault-demo-")
	if err != nil {
		return fmt.Errorf("no temporary folder: %w", err)
	}
	defer func() {
		if gone := os.RemoveAll(dir); gone != nil {
			err = errors.Join(err, fmt.Errorf("the temporary folder is still there: %w", gone))
		}
	}()

	s := &story{out: out, terminal: isTerminal(out), dir: dir}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.emulator.Close()) }()

	if err := s.tell(ctx); err != nil {
		return err
	}

	s.say("", fmt.Sprintf("That was all, in %.0f seconds. The temporary folder is removed, and the tenant is gone.", time.Since(began).Seconds()))

	return nil
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()

	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
