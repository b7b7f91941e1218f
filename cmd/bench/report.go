package main

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report formats the results as the page benchmarks/README.md.
func report(results []result, command string, o options) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Benchmarks

Terraform with this provider, with the official provider%s, and with as many `+"`terraform_data`"+` resources, which is what
Terraform itself costs. The tenant is the emulator of this repository, on the same machine (%d cores), which answers after %d ms and has no
rate limit. Measured on %s.

`, officialVersion(o), runtime.NumCPU(), o.latency.Milliseconds(), time.Now().UTC().Format("2006-01-02"))
	summary(&b, results)
	fmt.Fprintf(&b, `
*Provider* is the processor time of the provider's own process, and its peak memory.

## How to repeat it

`+"```shell\n%s\n```"+`

The machine must be otherwise idle. Wall times vary from run to run, ratios less.

<details>
<summary>All measurements, also under rate limits</summary>

Users are managed through the first vault connection where there is one, otherwise with the provider's own client. *Requests* include
those for tokens. *Minimum* is how many are necessary: one per write, lists of a hundred for reads, one token per client and process.
*Limit alone* is how long the minimum takes because of the tenant's rate limit (requests per second/burst) if nothing is left to other
clients; the provider leaves them a fifth. A dash stands for what would take too long to measure.

| limit | connections | users | provider | phase | seconds | limit alone | provider CPU (s) | peak (MB) | requests | minimum | 429s | `+
		`by endpoint |
|---|--:|--:|---|---|--:|--:|--:|--:|--:|--:|--:|---|
`, command)
	for _, r := range results {
		row(&b, r)
	}
	b.WriteString("\n</details>\n")
	return b.String()
}

func officialVersion(o options) string {
	if o.official == "" {
		return ""
	}
	return " (`auth0/auth0` " + o.officialVersion + ")"
}

// summary writes the rows that most readers look for.
func summary(b *strings.Builder, results []result) {
	b.WriteString("| | `auth0vault` | `auth0/auth0` | Terraform alone |\n|---|--:|--:|--:|\n")
	connections := 0
	for _, r := range results {
		connections = max(connections, r.connections)
	}
	for _, users := range []int{200, 1000} {
		for _, phase := range []string{"plan", "apply"} {
			line := []string{fmt.Sprintf("%s of %d users and %d vault connections", phase, users, connections)}
			for _, c := range []contender{auth0vault, official, floor} {
				line = append(line, cell(results, c, scenario{users: users, connections: connections}, phase))
			}
			fmt.Fprintf(b, "| %s |\n", strings.Join(line, " | "))
		}
	}
	for _, r := range results {
		if r.contender == auth0vault.name && r.users == 200 && r.connections == connections && r.limit.burst != 0 && !r.skipped &&
			(r.phase == "plan" || r.phase == "apply") {
			fmt.Fprintf(b, "| the same %s at %d requests per second, burst %d | %.1f s, %d × 429 | | limit alone: %.1f s |\n",
				r.phase, r.limit.perSecond, r.limit.burst, r.took.Seconds(), r.limited, r.minTime.Seconds())
		}
	}
}

func cell(results []result, c contender, s scenario, phase string) string {
	for _, r := range results {
		if r.contender != c.name || r.scenario != s || r.phase != phase {
			continue
		}
		if c.floor {
			return fmt.Sprintf("%.1f s", r.took.Seconds())
		}
		return fmt.Sprintf("%.1f s, %d requests (provider: %.1f s, %d MB)", r.took.Seconds(), r.total(), r.usage.CPU.Seconds(), r.usage.Peak>>20)
	}
	return "–"
}

func row(b *strings.Builder, r result) {
	took, total, limited, by := fmt.Sprintf("%.1f", r.took.Seconds()), fmt.Sprint(r.total()), fmt.Sprint(r.limited), endpoints(r.requests)
	cpu, peak := fmt.Sprintf("%.2f", r.usage.CPU.Seconds()), fmt.Sprint(r.usage.Peak>>20)
	if r.skipped {
		took, total, limited, by, cpu, peak = "–", "–", "–", "–", "–", "–"
	}
	fmt.Fprintf(b, "| %s | %d | %d | %s | %s | %s | %.1f | %s | %s | %s | %d | %s | %s |\n",
		r.limit, r.connections, r.users, r.contender, r.phase, took, r.minTime.Seconds(), cpu, peak, total, r.minimum, limited, by)
}

func endpoints(requests map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(requests)) {
		parts = append(parts, fmt.Sprintf("%d %s", requests[name], name))
	}
	return strings.Join(parts, ", ")
}
