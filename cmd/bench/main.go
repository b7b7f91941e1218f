// Command bench measures the provider with Terraform and a tenant on this machine: wall time, processor time and memory of the
// provider's own process, requests, and answers with status 429, for plans and applies of many users under the rate limits that
// tenants have. Beside each stands the least that is possible.
//
//	make bench
//
// With -official, it measures the official provider as well, from a binary that was built elsewhere:
//
//	go run ./cmd/bench -official ../terraform-provider-auth0/terraform-provider-auth0 -official-version 1.54.1
//
// It writes benchmarks/README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if isShim() {
		os.Exit(shim())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	users, connections, limits string
	latency, maxWait           time.Duration
	official, officialVersion  string
	official429                bool
	out                        string
}

func run(ctx context.Context, args []string) error {
	var o options
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	flags.StringVar(&o.users, "users", "1,25,200,1000", "numbers of users")
	flags.StringVar(&o.connections, "connections", "0,10", "numbers of vault connections")
	flags.StringVar(&o.limits, "limits", "none,16/50,2/10", "rate limits: requests a second/burst, or none")
	maxLimited := flags.Int("max-limited", 200, "most users that are measured under a rate limit")
	flags.DurationVar(&o.latency, "latency", 0, "how long the tenant takes to answer")
	flags.DurationVar(&o.maxWait, "max-wait", 4*time.Minute, "skip what the rate limit alone makes longer than this")
	flags.StringVar(&o.official, "official", "", "a binary of the official provider, to be measured as well")
	flags.StringVar(&o.officialVersion, "official-version", "1.54.1", "its version, for the report")
	flags.BoolVar(&o.official429, "official-limited", false, "measure the official provider under rate limits too")
	flags.StringVar(&o.out, "out", "benchmarks", "folder for the report")
	if err := flags.Parse(args); err != nil {
		return err
	}
	matrix, err := newMatrix(o.users, o.connections, o.limits)
	if err != nil {
		return err
	}
	matrix = slices.DeleteFunc(matrix, func(s scenario) bool { return s.limit.burst != 0 && s.users > *maxLimited })
	dir, err := os.MkdirTemp("", "auth0vault-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	r, err := newRunner(ctx, dir, o)
	if err != nil {
		return err
	}
	defer r.close()
	var results []result
	for _, s := range matrix {
		for _, c := range r.contenders(s) {
			measured, err := r.measure(ctx, s, c)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", s, c.name, err)
			}
			results = append(results, measured...)
		}
	}
	command := strings.TrimSpace("go run ./cmd/bench " + strings.Join(withoutPaths(args), " "))
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.out, "README.md"), []byte(report(results, command, o)), 0o644)
}

// withoutPaths leaves the folders of this machine out of the command that the report shows.
func withoutPaths(args []string) []string {
	var shown []string
	for _, arg := range args {
		if filepath.IsAbs(arg) {
			arg = filepath.Base(arg)
		}
		shown = append(shown, arg)
	}
	return shown
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

// limit is a tenant's rate limit. The zero value is none.
type limit struct{ perSecond, burst int }

// String formats a limit as the flag does.
func (l limit) String() string {
	if l.burst == 0 {
		return "none"
	}
	return fmt.Sprintf("%d/%d", l.perSecond, l.burst)
}

// minTime returns the time that this many requests take because of the limit alone.
func (l limit) minTime(requests int) time.Duration {
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
					return nil, fmt.Errorf("%q users and %q connections cannot be measured", n, m)
				}
				matrix = append(matrix, s)
			}
		}
	}
	return matrix, nil
}
