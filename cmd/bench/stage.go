package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// stage is where scenarios are played: an emulator, and the provider as a user
// would have it installed.
type stage struct {
	dir      string
	latency  time.Duration
	longest  time.Duration
	emulator *emulator.Emulator
	env      []string
	played   int
}

// result is what one run of Terraform came to.
type result struct {
	scenario
	phase    string
	took     time.Duration
	requests map[string]int // by endpoint
	limited  int
	minimum  int // requests that would do, tokens included
	least    time.Duration
	left     bool // left out: it would take too long
}

func newStage(ctx context.Context, dir string, latency, longest time.Duration) (*stage, error) {
	plugins := filepath.Join(dir, "plugins")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(plugins, "terraform-provider-auth0vault"), ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("building the provider: %w", err)
	}
	cliConfig := filepath.Join(dir, "terraform.rc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides { \"auth0vault/auth0vault\" = %q }\n  direct {}\n}\n", plugins)
	if err := os.WriteFile(cliConfig, []byte(overrides), 0o600); err != nil {
		return nil, err
	}
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		return nil, err
	}
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, e.CACertPEM(), 0o600); err != nil {
		return nil, err
	}
	return &stage{
		dir: dir, latency: latency, longest: longest, emulator: e,
		env: append(os.Environ(), "HTTPS_PROXY="+e.ProxyURL(), "AUTH0_CA_CERT_FILE="+ca, "TF_CLI_CONFIG_FILE="+cliConfig, "CHECKPOINT_DISABLE=1", "TF_LOG="),
	}, nil
}

func (s *stage) close() { _ = s.emulator.Close() }

// config declares the connections and the users; greeting is what the "one
// change" changes.
const config = `
terraform {
  required_providers {
    auth0vault = { source = "auth0vault/auth0vault" }
  }
}

provider "auth0vault" {}

variable "users" { type = number }
variable "connections" { type = number }
variable "domain" { type = string }
variable "client_id" { type = string }
variable "client_secret" { type = string }
variable "greeting" { default = "hello" }

resource "auth0vault_connection" "c" {
  count         = var.connections
  name          = "forms ${count.index}"
  domain        = var.domain
  client_id     = var.client_id
  client_secret = var.client_secret
  actions       = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_user" "u" {
  count               = var.users
  vault_connection    = var.connections > 0 ? auth0vault_connection.c[0] : null
  email               = "user${count.index}@example.com"
  password_wo         = "Correct-Horse-42"
  password_wo_version = 1
  user_metadata       = jsonencode({ greeting = count.index == 0 ? var.greeting : "hello" })
}
`

// play measures the phases of one scenario, in a tenant of its own.
func (s *stage) play(ctx context.Context, sc scenario) ([]result, error) {
	s.played++
	tenant := s.emulator.Tenant(fmt.Sprintf("bench-%d.eu.auth0.com", s.played))
	tenant.Configure(func(b *emulator.Behaviour) { b.Latency.Median = s.latency })
	own := tenant.AddClient(emulator.Client{Name: "provider"})
	tenant.Grant(own.ID, "read:users", "create:users", "update:users", "delete:users",
		"read:flows_vault_connections", "create:flows_vault_connections", "update:flows_vault_connections", "delete:flows_vault_connections")
	forms := tenant.AddClient(emulator.Client{Name: "forms"})
	tenant.Grant(forms.ID, "read:users", "create:users", "update:users", "delete:users")

	work := filepath.Join(s.dir, fmt.Sprint(s.played))
	if err := os.MkdirAll(work, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(config), 0o600); err != nil {
		return nil, err
	}
	env := slices.Concat(s.env, []string{
		"AUTH0_DOMAIN=" + tenant.Domain(), "AUTH0_CLIENT_ID=" + own.ID, "AUTH0_CLIENT_SECRET=" + own.Secret,
		fmt.Sprint("TF_VAR_users=", sc.users), fmt.Sprint("TF_VAR_connections=", sc.connections), "TF_VAR_domain=" + tenant.Domain(),
		"TF_VAR_client_id=" + forms.ID, "TF_VAR_client_secret=" + forms.Secret,
	})
	var results []result
	for _, p := range phases {
		r, err := s.phase(ctx, sc, p, tenant, work, env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// phase runs Terraform once. What the limit would make too long is done without
// one, so that the next phase finds the tenant as it should be.
func (s *stage) phase(ctx context.Context, sc scenario, p phase, tenant *emulator.Tenant, work string, env []string) (result, error) {
	api, tokens := p.minimum(sc)
	r := result{scenario: sc, phase: p.name, requests: map[string]int{}, minimum: api + tokens, least: sc.limit.least(api)}
	r.left = r.least > s.longest
	tenant.Configure(func(b *emulator.Behaviour) {
		b.Limits = emulator.Limits{}
		if !r.left {
			b.Limits.Management = emulator.Bucket{Burst: sc.limit.burst, Sustained: sc.limit.perSecond}
		}
	})
	tenant.ForgetRequests()
	started := time.Now()
	cmd := exec.CommandContext(ctx, "terraform", p.args...)
	cmd.Dir, cmd.Env = work, env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	if err := cmd.Run(); err != nil {
		return r, fmt.Errorf("terraform %s: %w\n%s", strings.Join(p.args, " "), err, printed.String())
	}
	r.took = time.Since(started)
	for _, request := range tenant.Requests() {
		r.requests[endpoint(request)]++
		if request.Status == 429 {
			r.limited++
		}
	}
	fmt.Printf("%-45s %-22s %8.1f s %5d requests (minimum %d), %d × 429\n", sc, p.name, r.took.Seconds(), r.total(), r.minimum, r.limited)
	return r, nil
}

func (r result) total() (n int) {
	for _, count := range r.requests {
		n += count
	}
	return n
}

// endpoint names what was asked for, ids left out.
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
	// minimum returns how many requests would do: to the Management API, and for tokens.
	minimum func(scenario) (api, tokens int)
}

var phases = []phase{
	{"apply", []string{"apply", "-auto-approve", "-input=false", "-no-color"}, func(s scenario) (int, int) {
		_, tokens := reads(s) // all connections have one client, verified once
		return s.users + s.connections, tokens
	}},
	{"plan", []string{"plan", "-input=false", "-no-color"}, reads},
	{"plan with one change", []string{"plan", "-input=false", "-no-color", "-var=greeting=goodbye"}, reads},
	{"destroy", []string{"destroy", "-auto-approve", "-input=false", "-no-color"}, func(s scenario) (int, int) {
		api, tokens := reads(s)
		return api + s.users + s.connections, 2 * tokens // Terraform plans and destroys in processes of their own
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
