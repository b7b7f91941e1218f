package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCommandGetsTheEnvironment(t *testing.T) {
	var out, errs bytes.Buffer
	seed := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(seed, []byte(`{"users":[{"id":"ada","email":"ada@example.com"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	status, err := run(t.Context(), []string{
		"-tenant", "beta.us.auth0.com", "-client-id", "id", "-client-secret", "it's", "-plan", "free", "-latency", "1ms", "-search-delay", "1s",
		"-set", "account_name=mask", "-set", "max_per_page=50", "-seed", seed, "--",
		"sh", "-c", `echo "$AUTH0_DOMAIN $AUTH0_CLIENT_ID $AUTH0_CLIENT_SECRET"; test -s "$AUTH0_CA_CERT_FILE" || exit 9; echo ` +
			`"$SSL_CERT_FILE"; exit 3`,
	}, &out, &errs)
	if err != nil || status != 3 {
		t.Fatal(status, err, errs.String())
	}
	lines := strings.Split(out.String(), "\n")
	if lines[0] != "beta.us.auth0.com id it's" {
		t.Error(out.String())
	}
	if _, err := os.Stat(lines[1]); !os.IsNotExist(err) {
		t.Error("the CA file is left behind", err)
	}
}

func TestPrintsTheEnvironmentUntilStopped(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if status, err := run(ctx, []string{"-ca-file", ca}, &out, &errs); status != 0 || err != nil {
		t.Fatal(status, err)
	}
	for _, name := range []string{"HTTPS_PROXY", "AUTH0_CA_CERT_FILE", "SSL_CERT_FILE", "AUTH0_DOMAIN",
		"AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"} {
		if !strings.Contains(out.String(), "export "+name+"='") {
			t.Error("missing", name)
		}
	}
	if _, err := os.Stat(ca); err != nil {
		t.Error("a file that the user named stays", err)
	}
}

func TestBadArguments(t *testing.T) {
	for _, args := range [][]string{
		{"-nonsense"}, {"-plan", "gold"}, {"-seed", "nowhere.json"}, {"-set", "x"}, {"-set", "nonsense=1"}, {"-addr", "nowhere"},
		{"-addr", "0.0.0.0:0"}, {"--", "no-such-program"},
	} {
		var out, errs bytes.Buffer
		if status, err := run(t.Context(), args, &out, &errs); status == 0 || err == nil && errs.Len() == 0 {
			t.Error(args, status, err)
		}
	}
	var out, help bytes.Buffer
	if status, err := run(t.Context(), []string{"-h"}, &out, &help); status != 0 || err != nil || !strings.Contains(help.String(), "Usage:") {
		t.Error(status, err, help.String())
	}
}
