package main

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"
)

// table writes the report.
func table(results []result, command string, latency time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Benchmarks

Terraform against the tenant emulator, which takes %d ms for an answer, on %d cores. Users are managed through the first vault
connection where there is one, else with the provider's own client. Made by

    %s

*Requests* include those for tokens; *minimum* is how many would do: one per write, lists of a hundred for reads, a token per
client and process. *Limit alone* is how long that minimum takes by the tenant's limit, with nothing left to its other clients,
while the provider leaves them a fifth. A dash stands for what would take too long to measure.

![Plans](plan.svg)

| limit (per second/burst) | connections | users | phase | seconds | limit alone | requests | minimum | 429s | by endpoint |
|---|--:|--:|---|--:|--:|--:|--:|--:|---|
`, latency.Milliseconds(), runtime.NumCPU(), command)
	for _, r := range results {
		took, total, limited, by := fmt.Sprintf("%.1f", r.took.Seconds()), fmt.Sprint(r.total()), fmt.Sprint(r.limited), endpoints(r.requests)
		if r.left {
			took, total, limited, by = "–", "–", "–", "–"
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %s | %.1f | %s | %d | %s | %s |\n",
			r.limit, r.connections, r.users, r.phase, took, r.least.Seconds(), total, r.minimum, limited, by)
	}
	return b.String()
}

func endpoints(requests map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(requests)) {
		parts = append(parts, fmt.Sprintf("%d %s", requests[name], name))
	}
	return strings.Join(parts, ", ")
}
