package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// Terraform starts this program in place of the provider, and this program starts the provider: the only portable way to learn
// the processor time of the provider's own process, which Terraform does not report.
const (
	envProvider = "BENCH_PROVIDER" // the provider's program
	envUsage    = "BENCH_USAGE"    // the file to which the usage is appended
)

// usage is what one provider process used.
type usage struct {
	CPU  time.Duration
	Peak int64 // resident memory, in bytes
}

// isShim reports whether Terraform started this program as a provider.
func isShim() bool {
	return strings.HasPrefix(filepath.Base(os.Args[0]), "terraform-provider-") && os.Getenv(envProvider) != ""
}

// shim runs the provider, and appends its usage to the file. It returns the provider's exit status.
func shim() int {
	cmd := exec.Command(os.Getenv(envProvider), os.Args[1:]...) //nolint:gosec,noctx // named by the bench itself
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	signal.Ignore(os.Interrupt)
	err := cmd.Run()
	if state := cmd.ProcessState; state != nil {
		u := usage{CPU: state.UserTime() + state.SystemTime(), Peak: peakMemory(state)}
		if writeErr := appendUsage(os.Getenv(envUsage), u); writeErr != nil {
			fmt.Fprintln(os.Stderr, writeErr)
			return 1
		}
		return state.ExitCode()
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func appendUsage(path string, u usage) error {
	line, err := json.Marshal(u)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // named by the bench itself
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// readUsage adds up what the provider processes of one Terraform run used, and removes the file.
func readUsage(path string) (total usage, err error) {
	f, err := os.Open(path) //nolint:gosec // named by the bench itself
	if err != nil {
		return total, err
	}
	for decoder := json.NewDecoder(f); decoder.More(); {
		var u usage
		if err := decoder.Decode(&u); err != nil {
			_ = f.Close()
			return total, err
		}
		total.CPU += u.CPU
		total.Peak = max(total.Peak, u.Peak)
	}
	if err := f.Close(); err != nil {
		return total, err
	}
	return total, os.Remove(path)
}
