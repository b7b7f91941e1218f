package cli_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	domain   = "acme.eu.auth0.com"
	ownID    = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc" // the provider's own client
	formsID  = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF" // the client of a vault connection
	secret   = "a-secret-of-the-examples"
	password = "Correct-Horse-9-Battery"
)

// mirror compiles the provider once for all tests, into a folder that the test binary removes at its end.
var mirror = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "auth0vault-mirror-")
	if err != nil {
		return "", err
	}
	mirrorDir = dir
	return dir, cli.Build(context.Background(), dir)
})

// mirrorDir is the folder, or empty before mirror is called.
var mirrorDir string

func TestMain(m *testing.M) {
	status := m.Run()
	if mirrorDir != "" {
		_ = os.RemoveAll(mirrorDir)
	}
	os.Exit(status)
}

// installed returns a Terraform that finds the provider in a filesystem mirror.
func installed(t *testing.T) *cli.CLI {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles the provider and runs Terraform")
	}
	dir, err := mirror()
	if err != nil {
		t.Fatal(err)
	}
	c, err := cli.Find(t.Context())
	if err != nil {
		t.Skip(err)
	}
	if err := c.InstallFrom(dir, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	c.Env = append(c.Env, "TF_CLI_ARGS=-no-color")
	return c
}

// startTenants starts the tenants of these domains, with the provider's own client and that of a vault connection, and lets the
// commands of c reach the first of them. Extra users and databases can be added to the returned emulator.
func startTenants(t *testing.T, c *cli.CLI, domains ...string) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	for _, domain := range domains {
		err := e.Tenant(domain).Seed(emulator.Seed{
			Databases: []emulator.Database{{Name: "email", Strategy: "email"}},
			Clients: []emulator.SeedClient{
				{Client: emulator.Client{ID: ownID, Secret: secret, Name: "Terraform"}, Scopes: acctest.ProviderScopes},
				{
					Client: emulator.Client{ID: formsID, Secret: secret, Name: "Forms", AppType: "non_interactive",
						GrantTypes: []string{"client_credentials"}},
					Scopes: []string{"read:users", "create:users", "update:users"},
				},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, string(e.CACertPEM()))
	c.Env = append(c.Env, "HTTPS_PROXY="+e.ProxyURL(), "AUTH0_CA_CERT_FILE="+ca,
		"AUTH0_DOMAIN="+domains[0], "AUTH0_CLIENT_ID="+ownID, "AUTH0_CLIENT_SECRET="+secret,
		"TF_VAR_domain="+domain, "TF_VAR_client_secret="+secret, "TF_VAR_ada_password="+password, "TF_VAR_password_seed="+password)
	return e
}

// mustRun runs a command in a folder and returns what it prints.
func mustRun(t *testing.T, c *cli.CLI, dir string, args ...string) string {
	t.Helper()
	printed, err := cli.Output(t.Context(), c.Command(t.Context(), dir, args...))
	if err != nil {
		t.Fatal(err)
	}
	return printed
}

func expectPrinted(t *testing.T, printed, want string) {
	t.Helper()
	if !strings.Contains(printed, want) {
		t.Errorf("%q is missing in:\n%s", want, printed)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// applies applies a configuration that is initialized, and expects an empty plan after that.
func applies(t *testing.T, c *cli.CLI, dir string) {
	t.Helper()
	mustRun(t, c, dir, "apply", "-auto-approve")
	mustRun(t, c, dir, "plan", "-detailed-exitcode")
}

// TestInstall: the archive of a release, in the packed layout of a filesystem mirror, is installed by init without any override,
// and works.
func TestInstall(t *testing.T) {
	t.Parallel()
	c := installed(t)
	unpacked, err := mirror()
	if err != nil {
		t.Fatal(err)
	}
	host := "registry.terraform.io"
	if c.OpenTofu {
		host = "registry.opentofu.org"
	}
	packed := t.TempDir()
	dir := filepath.Join(packed, host, filepath.FromSlash(cli.Source))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	if err := errors.Join(w.AddFS(os.DirFS(filepath.Dir(cli.MirrorPath(unpacked, host)))), w.Close()); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("terraform-provider-auth0vault_%s_%s_%s.zip", cli.Version, runtime.GOOS, runtime.GOARCH)
	write(t, filepath.Join(dir, name), archive.String())
	if err := c.InstallFrom(packed, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	startTenants(t, c, domain)

	work := t.TempDir()
	write(t, filepath.Join(work, "main.tf"), requiresProvider+`
resource "auth0vault_application" "forms" {
  name    = "Forms vault"
  actions = ["GET_USER"]
}
`)
	expectPrinted(t, mustRun(t, c, work, "init"), "successfully initialized")
	applies(t, c, work)
}

var terraformBlock = regexp.MustCompile("(?ms)^```terraform\n(.*?)^```$")

// TestReadme: every configuration in README.md can be copied: it is planned and applied as it stands there.
func TestReadme(t *testing.T) {
	t.Parallel()
	blocks := terraformBlock.FindAllStringSubmatch(read(t, "../../README.md"), -1)
	if len(blocks) == 0 {
		t.Fatal("README.md has no configuration")
	}
	for i, block := range blocks {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			t.Parallel()
			c := installed(t)
			startTenants(t, c, domain)
			applies(t, c, work(t, c, map[string]string{"main.tf": block[1]}))
		})
	}
}

// copied returns a copy of a folder.
func copied(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func glob(t *testing.T, path ...string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// read returns the text of files.
func read(t *testing.T, files ...string) string {
	t.Helper()
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// modules is where the modules are that people copy.
const modules = "../../examples/modules"

// TestModules runs the tests of every module: terraform test, against tenants of the emulator. What needs another provider, which
// cannot be installed without a registry, is in a file of its own, which the test leaves out.
func TestModules(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(modules)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			source := filepath.Join(modules, entry.Name())
			if len(glob(t, source, "tests", "*.tftest.hcl")) == 0 {
				t.Fatal("the module has no test")
			}
			if _, err := os.Stat(filepath.Join(source, "README.md")); err != nil {
				t.Error(err)
			}
			c := installed(t)
			startTenants(t, c, domain, "acme-dev.eu.auth0.com", "acme-test.eu.auth0.com")
			work := copied(t, source)
			for _, file := range glob(t, work, "official*.tf") {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			}
			mustRun(t, c, work, "init")
			expectPrinted(t, mustRun(t, c, work, "test"), "Success!")
			if variant := filepath.Join(work, "opentofu"); c.OpenTofu && isDir(variant) {
				c.Env = append(c.Env, fmt.Sprintf("TF_VAR_tenants={ dev = { domain = %q, client_id = %q } }", domain, ownID),
					fmt.Sprintf("TF_VAR_client_secrets={ dev = %q }", secret))
				mustRun(t, c, variant, "init")
				applies(t, c, variant)
			}
		})
	}
}
