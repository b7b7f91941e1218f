// Command demo shows what the provider does, in about a minute and without an Auth0 account.
//
//	go run ./cmd/demo
//
// It starts a tenant in its own process, builds the provider, and runs Terraform on examples/demo. All files are written to a
// temporary folder, which is removed at the end, also after Ctrl-C.
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

// Exit statuses other than 0. The second one is what a shell reports for a program that Ctrl-C ended.
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

	err := run(ctx, os.Stdout)

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

// run sets the demo up, runs its chapters, and removes everything.
func run(ctx context.Context, out *os.File) (err error) {
	started := time.Now()

	dir, err := os.MkdirTemp("", "auth0vault-demo-")
	if err != nil {
		return fmt.Errorf("unable to create a temporary folder: %w", err)
	}
	defer func() {
		if removeErr := os.RemoveAll(dir); removeErr != nil {
			err = errors.Join(err, fmt.Errorf("the temporary folder is still there: %w", removeErr))
		}
	}()

	d := &demo{out: out, terminal: isTerminal(out), dir: dir}
	if err := d.prepare(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.emulator.Close()) }()

	for _, chapter := range []func(context.Context) error{
		d.showTenant, d.initialize, d.plan, d.apply, d.planAgain, d.tryWrongSecret, d.rotate, d.repair, d.destroy,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	d.say("", fmt.Sprintf("Done in %.0f seconds. The temporary folder is removed, and the tenant is gone.", time.Since(started).Seconds()))
	return nil
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
