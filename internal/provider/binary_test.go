package provider_test

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// TestBinary: the compiled program, started by Terraform and configured by its environment, reaches a tenant through a proxy.
func TestBinary(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t)
	binaries := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o",
		filepath.Join(binaries, "terraform-provider-auth0vault"), "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, out)
	}
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	tenant := e.Tenant("acme.eu.auth0.com")
	own := tenant.AddClient(emulator.Client{Name: "provider", PublicKeys: []string{publicKey}})
	tenant.Grant(own.ID, acctest.ProviderScopes...)
	forms := tenant.AddClient(emulator.Client{Name: "forms"})
	tenant.Grant(forms.ID, "read:users", "create:users", "update:users", "delete:users")
	ca := caFile(t, e)

	config := fmt.Sprintf(`
terraform {
  required_providers {
    auth0vault = { source = "auth0vault/auth0vault" }
  }
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = %q
  client_secret = %q
}

resource "auth0vault_user" "ada" {
  vault_connection = auth0vault_connection.forms
  email            = "ada@example.com"
  email_verified   = true
  password         = "correct horse battery 1A"
}
`, forms.ID, forms.Secret)
	start := func(t *testing.T, env ...string) workspace {
		t.Helper()
		dir := t.TempDir()
		write(t, filepath.Join(dir, "main.tf"), config)
		return workspace{t, tf, dir, append([]string{
			cliConfig(t, binaries, cli.Source), "HTTPS_PROXY=" + e.ProxyURL(), "NO_PROXY=", "no_proxy=",
			"AUTH0_DOMAIN=https://acme.eu.auth0.com/", "AUTH0_CLIENT_ID=" + own.ID, "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY=" + privateKey,
			"AUTH0_RATE_LIMIT_HEADROOM=0.5",
		}, env...)}
	}

	for name, env := range map[string]string{"AUTH0_CA_CERT_FILE": "AUTH0_CA_CERT_FILE=" + ca, "SSL_CERT_FILE": "SSL_CERT_FILE=" + ca} {
		t.Run("trusted by "+name, func(t *testing.T) {
			tenant.ForgetRequests()
			w := start(t, env)
			w.run("apply", "-auto-approve")
			if users := tenant.Users(); len(users) != 1 || len(tenant.VaultConnections()) != 1 || users[0].Email != "ada@example.com" {
				t.Errorf("the tenant holds %+v and %+v", users, tenant.VaultConnections())
			}
			w.run("plan", "-detailed-exitcode") // an exit code other than 0 says that there are changes
			w.run("destroy", "-auto-approve")
			if len(tenant.Users())+len(tenant.VaultConnections()) != 0 {
				t.Errorf("the tenant still holds %+v and %+v", tenant.Users(), tenant.VaultConnections())
			}
			agents := map[string]bool{}
			for _, r := range tenant.Requests() {
				agents[r.Header.Get("User-Agent")] = true
				if user := strings.HasPrefix(r.Path, "/api/v2/users"); user != (r.ClientID == forms.ID) && r.Path != "/oauth/token" {
					t.Errorf("%s %s was authorized by %q", r.Method, r.Path, r.ClientID)
				}
			}
			if len(agents) != 1 || !slices.ContainsFunc(slices.Collect(maps.Keys(agents)), func(agent string) bool {
				return strings.HasPrefix(agent, "terraform-provider-auth0vault/dev (Terraform/")
			}) {
				t.Errorf("the user agents were %v", agents)
			}
		})
	}

	t.Run("logs what is shown", func(t *testing.T) {
		// Terraform parses each line that a provider writes, also when it shows none.
		wrapped, log := t.TempDir(), filepath.Join(t.TempDir(), "log")
		wrapper := filepath.Join(wrapped, "terraform-provider-auth0vault")
		write(t, wrapper, fmt.Sprintf("#!/bin/sh\nexec %q \"$@\" 2>>%q\n", filepath.Join(binaries, "terraform-provider-auth0vault"), log))
		if err := os.Chmod(wrapper, 0o700); err != nil { //nolint:gosec // it is to be run
			t.Fatal(err)
		}
		for level, test := range map[string]struct{ has, hasNot string }{
			"":      {"", `"@module":`}, // the plugin library has two lines without
			"INFO":  {"Requests to the tenant so far", "Auth0 answered"},
			"DEBUG": {"Auth0 answered", `"@level":"trace"`},
			"TRACE": {`"@level":"trace"`, forms.Secret},
		} {
			write(t, log, "")
			start(t, "AUTH0_CA_CERT_FILE="+ca, cliConfig(t, wrapped, cli.Source), "TF_LOG="+level,
				"TF_LOG_PATH="+filepath.Join(t.TempDir(), "terraform.log")).
				run("apply", "-auto-approve")
			if written := read(t, log); !strings.Contains(written, test.has) || strings.Contains(written, test.hasNot) {
				t.Errorf("with TF_LOG=%s, written was\n%.3000s", level, written)
			}
			for _, c := range tenant.VaultConnections() {
				tenant.DeleteVaultConnection(c.ID)
			}
			for _, u := range tenant.Users() {
				tenant.DeleteUser(u.ID)
			}
		}
	})

	t.Run("a write-only secret is nowhere", func(t *testing.T) {
		w := start(t, "AUTH0_CA_CERT_FILE="+ca, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
		connection, _, _ := strings.Cut(config, `resource "auth0vault_user"`)
		write(t, filepath.Join(w.dir, "main.tf"), strings.ReplaceAll(connection,
			fmt.Sprintf("client_secret = %q", forms.Secret), "client_secret_wo = var.secret")+
			"\nvariable \"secret\" {\n  type      = string\n  ephemeral = true\n}\n")
		secrets := []string{forms.Secret, "second-secret-0123456789", "not-the-secret-0123456789"}
		var output []string
		with := func(secret string) workspace {
			return workspace{t, tf, w.dir, append(slices.Clone(w.env), "TF_VAR_secret="+secret)}
		}
		for i, secret := range secrets[:2] {
			tenant.SetClientSecret(forms.ID, secret)
			plan := fmt.Sprintf("%d.tfplan", i)
			output = append(output, with(secret).run("plan", "-out="+plan), with(secret).run("apply", plan))
			output = append(output, with(secret).run("plan", "-detailed-exitcode"))
		}
		refused := with(secrets[2]).fail("apply", "-auto-approve")
		if all := tenant.VaultConnections(); len(all) != 1 || all[0].Setup["client_secret"] != secrets[1] ||
			!strings.Contains(refused, "were refused") {
			t.Errorf("the tenant holds %v, and a wrong secret: %s", all, refused)
		}
		files := contentsOf(t, w.dir)
		for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup", "trace.log", "0.tfplan/tfplan", "1.tfplan/tfplan"} {
			if len(files[name]) == 0 {
				t.Errorf("%s is missing", name)
			}
		}
		if !strings.Contains(string(files["trace.log"]), "Auth0 answered") {
			t.Error("the log does not have the provider's lines")
		}
		files["the output"] = []byte(strings.Join(append(output, refused), "\n"))
		for name, content := range files {
			if err := acctest.NotIn(name, content, append(secrets, "eyJhbG")...); err != nil {
				t.Error(err)
			}
		}
		tenant.SetClientSecret(forms.ID, forms.Secret)
		tenant.DeleteVaultConnection(tenant.VaultConnections()[0].ID)
	})

	for name, test := range map[string]struct {
		env  []string
		want []string
	}{
		"not trusted": {nil, []string{"certificate", "ca_cert_file", "AUTH0_CA_CERT_FILE", "HTTPS_PROXY"}},
		"no such tenant": {[]string{"AUTH0_CA_CERT_FILE=" + ca, "AUTH0_DOMAIN=acme.auth0.example"},
			[]string{"acme.auth0.example", "does not connect to it: 403 Forbidden", "HTTPS_PROXY"}},
		"no such file": {[]string{"AUTH0_CA_CERT_FILE=" + ca + ".missing"}, []string{"AUTH0_CA_CERT_FILE", ca + ".missing"}},
		"no key": {[]string{"AUTH0_CA_CERT_FILE=" + ca, "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY=broken"},
			[]string{"AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", "PEM"}},
	} {
		t.Run(name, func(t *testing.T) {
			output := start(t, test.env...).fail("apply", "-auto-approve")
			for _, word := range test.want {
				if !strings.Contains(output, word) {
					t.Errorf("the output does not contain %q:\n%s", word, output)
				}
			}
			if strings.Contains(output, forms.Secret) {
				t.Errorf("the output shows the secret:\n%s", output)
			}
			if len(tenant.Users())+len(tenant.VaultConnections()) != 0 {
				t.Error("an object was created anyway")
			}
		})
	}
}

// fail runs Terraform, which must fail, and returns what it prints as one line.
func (w workspace) fail(args ...string) string {
	w.t.Helper()
	out, err := w.try(args...)
	if err == nil {
		w.t.Errorf("terraform %s succeeds:\n%s", strings.Join(args, " "), out)
	}
	// Terraform breaks lines, and draws a box around errors.
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(out)), " ")
}

// contentsOf returns the contents of the files of a folder, and of the files in archives, such as plans.
func contentsOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		path := filepath.Join(dir, file.Name())
		if file.IsDir() {
			continue
		}
		if found[file.Name()], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		archive, err := zip.OpenReader(path)
		if err != nil {
			continue // not an archive
		}
		for _, inside := range archive.File {
			content, err := fs.ReadFile(archive, inside.Name)
			if err != nil {
				t.Fatal(err)
			}
			found[file.Name()+"/"+inside.Name] = content
		}
		_ = archive.Close()
	}
	return found
}
