// Command bench measures the provider under the real Terraform against a tenant
// on this machine: time, requests and 429s for plans and applies of many users,
// with the rate limits that tenants have, each beside the least that would do.
//
//	make bench
//
// It writes benchmarks/README.md and benchmarks/plan.svg.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	users := flags.String("users", "1,25,200,1000", "numbers of users")
	connections := flags.String("connections", "0,10", "numbers of vault connections")
	limits := flags.String("limits", "none,16/50,2/10", "rate limits: requests a second/burst, or none")
	latency := flags.Duration("latency", 100*time.Millisecond, "how long the tenant takes for an answer")
	longest := flags.Duration("longest", 4*time.Minute, "leave out what the limit alone would make longer than this")
	out := flags.String("out", "benchmarks", "folder for the report")
	if err := flags.Parse(args); err != nil {
		return err
	}
	matrix, err := newMatrix(*users, *connections, *limits)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "auth0vault-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	stage, err := newStage(ctx, dir, *latency, *longest)
	if err != nil {
		return err
	}
	defer stage.close()
	var results []result
	for _, s := range matrix {
		measured, err := stage.play(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
		results = append(results, measured...)
	}
	command := strings.TrimSpace("go run ./cmd/bench " + strings.Join(args, " "))
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(*out, "README.md"), []byte(table(results, command, *latency)), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(*out, "plan.svg"), []byte(chart(results)), 0o644)
}

// scenario is one configuration in one tenant.
type scenario struct {
	users, connections int
	limit              limit
}

// String names the scenario in messages.
func (s scenario) String() string {
	return fmt.Sprintf("%d users, %d connections, limit %s", s.users, s.connections, s.limit)
}

// limit is a tenant's rate limit; the zero value is none.
type limit struct{ perSecond, burst int }

// String writes a limit as the flag has it.
func (l limit) String() string {
	if l.burst == 0 {
		return "none"
	}
	return fmt.Sprintf("%d/%d", l.perSecond, l.burst)
}

// least returns how long so many requests take at the very least, by the limit alone.
func (l limit) least(requests int) time.Duration {
	if l.burst == 0 || requests <= l.burst {
		return 0
	}
	return time.Duration(requests-l.burst) * time.Second / time.Duration(l.perSecond)
}

func newMatrix(users, connections, limits string) ([]scenario, error) {
	var matrix []scenario
	for l := range strings.SplitSeq(limits, ",") {
		var parsed limit
		if l != "none" {
			if _, err := fmt.Sscanf(l, "%d/%d", &parsed.perSecond, &parsed.burst); err != nil || parsed.perSecond < 1 || parsed.burst < 1 {
				return nil, fmt.Errorf("the limit %q is neither none nor of the form 16/50", l)
			}
		}
		for m := range strings.SplitSeq(connections, ",") {
			for n := range strings.SplitSeq(users, ",") {
				s := scenario{limit: parsed}
				var errN, errM error
				s.users, errN = strconv.Atoi(n)
				s.connections, errM = strconv.Atoi(m)
				if errN != nil || errM != nil || s.users < 1 || s.connections < 0 {
					return nil, fmt.Errorf("%q users and %q connections are no numbers that can be measured", n, m)
				}
				matrix = append(matrix, s)
			}
		}
	}
	return matrix, nil
}
