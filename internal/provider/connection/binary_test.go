package connection_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// commandLine is Terraform with the provider as it is built and shipped, against
// an emulator behind a proxy, with everything logged that can be.
type commandLine struct {
	t         *testing.T
	terraform string
	folder    string
	env       []string
	own       emulator.Client // the provider's
	output    bytes.Buffer
}

func newCommandLine(t *testing.T) (*commandLine, *emulator.Tenant) {
	t.Helper()
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		var err error
		if terraform, err = exec.LookPath("terraform"); err != nil {
			t.Skip("there is no terraform")
		}
	}
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	tenant := e.Tenant("leak.eu.auth0.com")
	own := tenant.AddClient(emulator.Client{Name: "provider"})
	tenant.Grant(own.ID, acctest.ProviderScopes...)

	binaries := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o",
		filepath.Join(binaries, "terraform-provider-auth0vault"), "../../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, out)
	}
	c := &commandLine{t: t, terraform: terraform, folder: t.TempDir(), own: own}
	c.write("ca.pem", string(e.CACertPEM()))
	c.write("cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"auth0vault/auth0vault\" = %q\n  }\n  direct {}\n}\n",
		binaries))
	c.env = append(os.Environ(),
		"HTTPS_PROXY="+e.ProxyURL(), "NO_PROXY=", "no_proxy=", "https_proxy=",
		"AUTH0_DOMAIN="+tenant.Domain(), "AUTH0_CLIENT_ID="+own.ID, "AUTH0_CLIENT_SECRET="+own.Secret,
		"AUTH0_CA_CERT_FILE="+filepath.Join(c.folder, "ca.pem"),
		"TF_CLI_CONFIG_FILE="+filepath.Join(c.folder, "cli.tfrc"), "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(c.folder, "trace.log"),
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_DATA_DIR=", "TF_PLUGIN_CACHE_DIR=",
	)
	return c, tenant
}

func (c *commandLine) write(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.folder, name), []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// run runs Terraform with a value for the variable secret and returns what it says.
func (c *commandLine) run(secret string, arguments ...string) (string, error) {
	c.t.Helper()
	command := exec.CommandContext(c.t.Context(), c.terraform, arguments...)
	command.Dir = c.folder
	command.Env = slices.Concat(c.env, []string{"TF_VAR_secret=" + secret})
	out, err := command.CombinedOutput()
	c.output.Write(out)
	return string(out), err
}

func (c *commandLine) must(secret string, arguments ...string) string {
	c.t.Helper()
	out, err := c.run(secret, arguments...)
	if err != nil {
		c.t.Fatalf("terraform %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return out
}

// everything returns what the folder holds, each file and each file within a plan.
func (c *commandLine) everything() map[string][]byte {
	c.t.Helper()
	found := map[string][]byte{"the output": c.output.Bytes()}
	err := filepath.WalkDir(c.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found[entry.Name()] = content
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if errors.Is(err, zip.ErrFormat) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, file := range archive.File {
			inside, err := file.Open()
			if err != nil {
				return err
			}
			if found[entry.Name()+"/"+file.Name], err = io.ReadAll(inside); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// With the real binary, a write-only secret is in no state, plan, log or output.
func TestBinary_writeOnlyWithTerraform(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the provider")
	}
	c, tenant := newCommandLine(t)
	client := tenant.AddClient(emulator.Client{Name: "forms"})
	tenant.Grant(client.ID, "read:users")
	first, second := client.Secret, "second-secret-0123456789"
	c.write("main.tf", strings.NewReplacer("DOMAIN", tenant.Domain(), "CLIENT", client.ID).Replace(`
terraform {
  required_providers {
    auth0vault = { source = "auth0vault/auth0vault" }
  }
}

provider "auth0vault" {}

variable "secret" {
  type      = string
  ephemeral = true
}

resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = "DOMAIN"
  client_id        = "CLIENT"
  client_secret_wo = var.secret
}
`))
	c.must(first, "plan", "-no-color", "-input=false", "-out=first.tfplan")
	c.must(first, "apply", "-no-color", "-input=false", "first.tfplan")
	if out := c.must(first, "plan", "-no-color", "-input=false"); !strings.Contains(out, "No changes.") {
		t.Errorf("the plan is not empty:\n%s", out)
	}
	out, err := c.run("not-the-secret-0123456789", "apply", "-no-color", "-input=false", "-auto-approve")
	if err == nil || !strings.Contains(out, "were refused") {
		t.Errorf("a wrong secret was not refused: %v\n%s", err, out)
	}
	tenant.SetClientSecret(client.ID, second)
	c.must(second, "plan", "-no-color", "-input=false", "-out=second.tfplan")
	c.must(second, "apply", "-no-color", "-input=false", "second.tfplan")
	if all := tenant.VaultConnections(); len(all) != 1 || all[0].Setup["client_secret"] != second {
		t.Errorf("the tenant holds %v", all)
	}
	files := c.everything()
	for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup", "trace.log",
		"first.tfplan/tfplan", "second.tfplan/tfplan"} {
		if len(files[name]) == 0 {
			t.Errorf("there is no %s", name)
		}
	}
	if !bytes.Contains(files["trace.log"], []byte("Auth0 answered")) {
		t.Error("the log does not show the provider's lines")
	}
	for name, content := range files {
		if err := acctest.NotIn(name, content, first, second, "not-the-secret-0123456789", c.own.Secret, "eyJhbG"); err != nil {
			t.Error(err)
		}
	}
}
