package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// runner has an emulator, and the providers as a user would have them installed.
type runner struct {
	options

	dir       string
	emulator  *emulator.Emulator
	terraform *cli.CLI
	provider  string // this provider's program
	tenants   int
}

// result is what one run of Terraform took.
type result struct {
	scenario
	contender string
	phase     string
	took      time.Duration
	usage     usage          // of the provider's own processes
	requests  map[string]int // by endpoint
	limited   int            // answers with status 429
	minimum   int            // requests that are necessary, tokens included
	minTime   time.Duration
	skipped   bool
}

func newRunner(ctx context.Context, dir string, o options) (*runner, error) {
	root, err := cli.Root(ctx)
	if err != nil {
		return nil, err
	}
	r := &runner{options: o, dir: dir, provider: filepath.Join(dir, "auth0vault")}
	if _, err := cli.Go(ctx, root, "build", "-buildvcs=false", "-ldflags=-s -w", "-o", r.provider, "."); err != nil {
		return nil, err
	}
	if r.terraform, err = cli.Find(ctx); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	plugins := filepath.Join(dir, "plugins")
	if err := os.Mkdir(plugins, 0o700); err != nil {
		return nil, err
	}
	for _, name := range []string{"auth0vault", "auth0"} {
		if err := os.Symlink(self, filepath.Join(plugins, "terraform-provider-"+name)); err != nil {
			return nil, err
		}
	}
	config := filepath.Join(dir, "cli.tfrc")
	overrides := fmt.Sprintf(
		"provider_installation {\n  dev_overrides {\n    \"auth0vault/auth0vault\" = %q\n    \"auth0/auth0\" = %[1]q\n  }\n}\n", plugins)
	if err := os.WriteFile(config, []byte(overrides), 0o600); err != nil {
		return nil, err
	}
	if r.emulator, err = emulator.Start(emulator.Options{}); err != nil { //nolint:contextcheck // it ends with close
		return nil, err
	}
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, r.emulator.CACertPEM(), 0o600); err != nil {
		return nil, err
	}
	r.terraform.Env = append(r.terraform.Env, "HTTPS_PROXY="+r.emulator.ProxyURL(),
		"AUTH0_CA_CERT_FILE="+ca, "SSL_CERT_FILE="+ca, "TF_CLI_CONFIG_FILE="+config)
	return r, nil
}

func (r *runner) close() { _ = r.emulator.Close() }

// measure runs the phases of one scenario, in a tenant of its own.
func (r *runner) measure(ctx context.Context, s scenario, c contender) ([]result, error) {
	r.tenants++
	tenant := r.emulator.Tenant(fmt.Sprintf("bench-%d.eu.auth0.com", r.tenants))
	tenant.Configure(func(b *emulator.Behavior) { b.Latency.Median = r.latency })
	scopes := []string{"read:users", "create:users", "update:users", "delete:users"}
	own := tenant.AddClient(emulator.Client{Name: "provider"})
	tenant.Grant(own.ID, append([]string{"read:flows_vault_connections", "create:flows_vault_connections",
		"update:flows_vault_connections", "delete:flows_vault_connections"}, scopes...)...)
	forms := tenant.AddClient(emulator.Client{Name: "forms"})
	tenant.Grant(forms.ID, scopes...)

	work := filepath.Join(r.dir, fmt.Sprint(r.tenants))
	if err := os.MkdirAll(work, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(c.config), 0o600); err != nil {
		return nil, err
	}
	provider := r.provider
	if c.name == official.name {
		provider = r.official
	}
	env := []string{
		envProvider + "=" + provider, envUsage + "=" + filepath.Join(work, "usage"),
		"AUTH0_DOMAIN=" + tenant.Domain(), "AUTH0_CLIENT_ID=" + own.ID, "AUTH0_CLIENT_SECRET=" + own.Secret,
		fmt.Sprint("TF_VAR_users=", s.users), fmt.Sprint("TF_VAR_connections=", s.connections), "TF_VAR_domain=" + tenant.Domain(),
		"TF_VAR_client_id=" + forms.ID, "TF_VAR_client_secret=" + forms.Secret,
	}
	if c.floor {
		cmd := r.terraform.Command(ctx, work, "init")
		if _, err := cli.Output(ctx, cmd); err != nil {
			return nil, err
		}
	}
	var results []result
	for _, p := range phases {
		result, err := r.run(ctx, s, c, p, tenant, work, env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		results = append(results, result)
	}
	return results, nil
}

// run runs Terraform once. What the limit would make too long runs without a limit, so that the next phase finds the tenant in
// the right state.
func (r *runner) run(
	ctx context.Context, s scenario, c contender, p phase, tenant *emulator.Tenant, work string, env []string,
) (result, error) {
	api, tokens := p.minimum(s)
	out := result{
		scenario: s, contender: c.name, phase: p.name, requests: map[string]int{},
		minimum: api + tokens, minTime: s.limit.minTime(api),
	}
	out.skipped = out.minTime > r.maxWait
	tenant.Configure(func(b *emulator.Behavior) {
		b.Limits = emulator.Limits{None: true}
		if !out.skipped && s.limit.burst > 0 {
			b.Limits = emulator.Limits{Management: emulator.Bucket{Burst: s.limit.burst, Sustained: s.limit.perSecond}}
		}
	})
	tenant.ForgetRequests()
	cmd := r.terraform.Command(ctx, work, p.args...)
	cmd.Env = slices.Concat(cmd.Env, env)
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	started := time.Now()
	if err := cli.Run(ctx, cmd); err != nil {
		return out, fmt.Errorf("terraform %s: %w\n%s", strings.Join(p.args, " "), err, printed.String())
	}
	out.took = time.Since(started)
	usage, err := readUsage(filepath.Join(work, "usage"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return out, err
	}
	out.usage = usage
	for _, request := range tenant.Requests() {
		out.requests[endpoint(request)]++
		if request.Status == 429 {
			out.limited++
		}
	}
	fmt.Printf("%-42s %-15s %-20s %7.1f s, provider %6.2f s %4d MB, %5d requests (minimum %d), %d × 429\n", s, c.name, p.name,
		out.took.Seconds(), out.usage.CPU.Seconds(), out.usage.Peak>>20, out.total(), out.minimum, out.limited)
	return out, nil
}

func (r result) total() (n int) {
	for _, count := range r.requests {
		n += count
	}
	return n
}

// endpoint names what was asked for, without IDs.
func endpoint(r emulator.Request) string {
	path := strings.TrimPrefix(r.Path, "/api/v2")
	switch {
	case path == "/oauth/token":
		return "token"
	case strings.HasPrefix(path, "/users/"):
		return r.Method + " /users/{id}"
	case strings.HasPrefix(path, "/flows/vault/connections/"):
		return r.Method + " /connections/{id}"
	}
	return r.Method + " " + strings.TrimPrefix(path, "/flows/vault")
}

// phase is one run of Terraform.
type phase struct {
	name string
	args []string
	// minimum returns how many requests are necessary: to the Management API, and for tokens.
	minimum func(scenario) (api, tokens int)
}

var phases = []phase{
	{"validate", []string{"validate", "-no-color"}, func(scenario) (int, int) { return 0, 0 }},
	{"apply", []string{"apply", "-auto-approve", "-no-color"}, func(s scenario) (int, int) {
		_, tokens := reads(s) // all vault connections have one client, which is verified once
		return s.users + s.connections, tokens
	}},
	{"plan", []string{"plan", "-no-color"}, reads},
	{"plan with one change", []string{"plan", "-no-color", "-var=greeting=goodbye"}, reads},
	{"destroy", []string{"destroy", "-auto-approve", "-no-color"}, func(s scenario) (int, int) {
		api, tokens := reads(s)
		return api + s.users + s.connections, 2 * tokens // Terraform plans and destroys in separate processes
	}},
}

// reads returns what a refresh needs: lists of a hundred at a time.
func reads(s scenario) (api, tokens int) {
	api, tokens = (s.users+99)/100, 1
	if s.connections > 0 {
		api, tokens = api+1, 2
	}
	return api, tokens
}
