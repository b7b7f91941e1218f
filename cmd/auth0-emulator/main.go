// Command auth0-emulator runs an in-memory Auth0 tenant for tests.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const usage = `auth0-emulator is an Auth0 tenant in memory, for tests. It is an HTTPS proxy that answers itself for every
*.auth0.com host, so that any Auth0 client can talk to it unchanged. Nothing is stored, nothing leaves the machine.

Usage:

  auth0-emulator [flags]                    run until Ctrl-C, and print the environment to use
  auth0-emulator [flags] -- command args    run the command in that environment, then end with its status

Try it:

  auth0-emulator -- sh -c 'curl -s https://$AUTH0_DOMAIN/oauth/token \
      -d grant_type=client_credentials -d audience=https://$AUTH0_DOMAIN/api/v2/ \
      -d client_id=$AUTH0_CLIENT_ID -d client_secret=$AUTH0_CLIENT_SECRET'

Look inside, at the address that is printed as the control endpoint:

  curl -s $EMULATOR/store        what the tenant holds, secrets included; can be used as a seed
  curl -s $EMULATOR/requests     which requests came, and which client sent them
  curl -s $EMULATOR/behavior    every switch with its value
  curl -s $EMULATOR              everything else there is

Flags:

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status, err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "auth0-emulator:", err)
	}
	stop()
	os.Exit(status)
}

type config struct {
	addr, direct, tenant, seed, plan, caFile string
	clientID, clientSecret                   string
	latency, searchDelay                     time.Duration
	sigma                                    float64
	advertise, controlToken                  string
	passThrough, allowPublic                 bool
	switches                                 map[string]any
	command                                  []string
}

func parse(args []string, stderr io.Writer) (*config, error) {
	c := &config{switches: map[string]any{}}
	f := flag.NewFlagSet("auth0-emulator", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprint(stderr, usage)
		f.PrintDefaults()
	}
	f.StringVar(&c.addr, "addr", "127.0.0.1:0", "`address` of the proxy and the control endpoint; port 0 takes a free one")
	f.StringVar(&c.direct, "direct-addr", "127.0.0.1:0", "`address` of the direct listener, for clients that use no proxy: "+
		"the same tenant as https://localhost:<port>")
	f.BoolVar(&c.allowPublic, "allow-public", false, "allow addresses that other machines can reach, such as 0.0.0.0:8080; "+
		"whoever reaches them can use the emulator, and with -pass-through the network behind it")
	f.StringVar(&c.advertise, "advertise", "", "`host` name to print instead of the address, such as the name of the container")
	f.StringVar(&c.controlToken, "control-token", os.Getenv("EMULATOR_TOKEN"),
		"`token` of the control endpoint (or EMULATOR_TOKEN); random if empty")
	f.StringVar(&c.tenant, "tenant", "acme.eu.auth0.com", "`domain` of the tenant that gets the client and the seed")
	f.StringVar(&c.clientID, "client-id", "", "`id` of the client that may do everything; random if empty")
	f.StringVar(&c.clientSecret, "client-secret", "", "its `secret`; random if empty")
	f.StringVar(&c.seed, "seed", "", "JSON `file` to fill the tenant with, as /emulator/store shows it; - reads standard input")
	f.StringVar(&c.plan, "plan", "enterprise-production", "rate limits of a plan: "+strings.Join(emulator.Plans(), ", "))
	f.DurationVar(&c.latency, "latency", 0, "how long each answer takes, such as 100ms")
	f.Float64Var(&c.sigma, "latency-spread", 0, "spread of the latency (standard deviation of its logarithm); 0.4 is like the real thing")
	f.DurationVar(&c.searchDelay, "search-delay", 0, "how far user search lags behind writes, such as 5s")
	f.StringVar(&c.caFile, "ca-file", "", "`file` for the CA bundle (the emulator's CA and the system's); a temporary one if empty")
	f.BoolVar(&c.passThrough, "pass-through", false,
		"let other hosts through to the network instead of refusing them, for example for terraform init")
	f.Func("set", "set a switch of the tenant, `name=value`, as /emulator/behavior lists them; may be repeated", func(s string) error {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return errors.New("want name=value")
		}
		c.switches[name] = switchValue(value)
		return nil
	})
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	c.command = f.Args()
	return c, nil
}

// switchValue reads a switch's value as JSON if it is some (true, 50, ["a.example.com"]), else as text.
func switchValue(s string) any {
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return s
	}
	return v
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (status int, err error) {
	c, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0, nil
	}
	if err != nil {
		return 2, nil // the flag package has said why
	}
	e, client, err := start(c)
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()

	bundle, cleanUp, err := writeBundle(c.caFile, e.CACertPEM())
	if err != nil {
		return 1, err
	}
	defer cleanUp()

	env := [][2]string{
		{"HTTPS_PROXY", e.ProxyURL()},
		{"https_proxy", e.ProxyURL()},
		{"AUTH0_CA_CERT_FILE", bundle},
		{"SSL_CERT_FILE", bundle},
		{"CURL_CA_BUNDLE", bundle}, // these three win over SSL_CERT_FILE for some clients, where they are set
		{"REQUESTS_CA_BUNDLE", bundle},
		{"NODE_EXTRA_CA_CERTS", bundle},
		{"AUTH0_DOMAIN", e.Tenant(c.tenant).Domain()},
		{"AUTH0_CLIENT_ID", client.ID},
		{"AUTH0_CLIENT_SECRET", client.Secret},
		{"NODE_USE_ENV_PROXY", "1"}, // Node 24 and later
		{"EMULATOR_DIRECT", strings.TrimPrefix(e.DirectURL(), "https://")},
		{"EMULATOR", e.ControlURL()},
		{"EMULATOR_TOKEN", e.ControlToken()},
	}
	if len(c.command) > 0 {
		return command(ctx, c.command, env, stdout, stderr)
	}
	for _, v := range env {
		fmt.Fprintf(stdout, "export %s=%s\n", v[0], quote(v[1]))
	}
	fmt.Fprintf(stderr, "\nPaste the lines above into the shell of your Auth0 client. Without a proxy: %s\nCtrl-C ends the emulator.\n",
		e.DirectURL())
	<-ctx.Done()
	return 0, nil
}

// start runs the emulator with a tenant that is ready to use.
func start(c *config) (*emulator.Emulator, emulator.Client, error) {
	var none emulator.Client
	limits, err := emulator.Plan(c.plan)
	if err != nil {
		return nil, none, err
	}
	e, err := emulator.Start(emulator.Options{
		Addr: c.addr, DirectAddr: c.direct, Direct: c.tenant, PassThrough: c.passThrough, AllowPublic: c.allowPublic,
		Advertise: c.advertise, ControlToken: c.controlToken,
	})
	if err != nil {
		return nil, none, err
	}
	t := e.Tenant(c.tenant)
	client := t.AddClient(emulator.Client{ID: c.clientID, Secret: c.clientSecret, Name: "Everything"})
	t.Grant(client.ID, emulator.Scopes()...)
	if err := seed(e, t, c.seed); err != nil {
		return nil, none, errors.Join(err, e.Close())
	}
	t.Configure(func(b *emulator.Behavior) {
		b.Limits = limits
		if c.latency > 0 {
			b.Latency = emulator.Latency{Median: c.latency, Sigma: c.sigma}
		}
		if c.searchDelay > 0 {
			b.SearchDelay = c.searchDelay
		}
	})
	if err := t.Set(c.switches); err != nil {
		return nil, none, errors.Join(err, e.Close())
	}
	for _, t := range e.Tenants() { // what a reset brings back
		t.Checkpoint()
	}
	return e, client, nil
}

func seed(e *emulator.Emulator, t *emulator.Tenant, file string) error {
	if file == "" {
		return nil
	}
	in := io.ReadCloser(os.Stdin)
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		in = f
	}
	defer func() { _ = in.Close() }()
	seeds, err := emulator.ReadSeeds(in)
	if err != nil {
		return fmt.Errorf("read the seed %s: %w", file, err)
	}
	for _, s := range seeds {
		to := t
		if s.Tenant != "" {
			to = e.Tenant(s.Tenant)
		}
		if err := to.Seed(s); err != nil {
			return fmt.Errorf("seed %s: %w", to.Domain(), err)
		}
	}
	return nil
}

// systemBundles are where systems keep the CAs that they trust.
var systemBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
}

// writeBundle writes the emulator's CA and those of the system: SSL_CERT_FILE replaces the latter.
func writeBundle(path string, ca []byte) (string, func(), error) {
	cleanUp := func() {}
	if path == "" {
		dir, err := os.MkdirTemp("", "auth0-emulator-")
		if err != nil {
			return "", nil, err
		}
		path = filepath.Join(dir, "ca.pem")
		cleanUp = func() { _ = os.RemoveAll(dir) }
	}
	path, err := filepath.Abs(path)
	if err != nil {
		cleanUp()
		return "", nil, err
	}
	bundle := append([]byte(nil), ca...)
	for _, system := range append([]string{os.Getenv("SSL_CERT_FILE")}, systemBundles...) {
		if more, err := os.ReadFile(system); err == nil && system != path {
			bundle = append(append(bundle, '\n'), more...)
			break
		}
	}
	if err := os.WriteFile(path, bundle, 0o644); err != nil {
		cleanUp()
		return "", nil, err
	}
	return path, cleanUp, nil
}

// command runs a program in the environment and hands its exit status on.
func command(ctx context.Context, args []string, env [][2]string, stdout, stderr io.Writer) (int, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
	cmd.Env = os.Environ()
	for _, v := range env {
		cmd.Env = append(cmd.Env, v[0]+"="+v[1])
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return max(1, exit.ExitCode()), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

// quote makes a value safe for a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
