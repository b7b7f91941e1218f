package cli_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const (
	examples = "../../examples/"
	// packagePath is how users install the emulator.
	packagePath = "github.com/auth0vault/terraform-provider-auth0vault/cmd/auth0-emulator"
)

var codeBlock = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// page is a hand-written page with the code blocks in it, in their order.
type page struct {
	name   string
	blocks []string
}

// text returns a block, without what hides templates of Auth0 from the documentation generator.
func (p *page) text(n int) string {
	return strings.NewReplacer("{{`", "", "`}}", "", "{{ `", "", "` }}", "").Replace(p.blocks[n])
}

// handlers run the blocks of a page, by their number. A block that has no handler, or a handler without a block, fails the test.
type handlers map[int]func(*testing.T, *page, int)

var pages = map[string]handlers{
	"README.md": {
		0: makeTargets, 1: elsewhere("TestReadme"), 2: makeTargets, 3: packagesExist,
	},
	"CONTRIBUTING.md": {
		0: namesATest, 1: shown("it needs a debugger"),
	},
	"templates/guides/find-and-import.md.tmpl": {
		0: elsewhere("block 1"), 1: generatesImport, 2: elsewhere("block 3"), 3: generatesQuery,
	},
	"templates/guides/forms-and-flows-from-an-export.md.tmpl": {
		0: shown("an excerpt of a plan"), 1: appliesToTwoTenants, 2: appliesOwnTokens,
	},
	"templates/guides/moving-from-the-official-provider.md.tmpl": {
		0: shown("the official provider is not in a filesystem mirror; TestMoves moves its states"), 1: elsewhere("TestMoves"),
		2: shown("the official provider is not in a filesystem mirror"),
	},
	"templates/guides/pipelines.md.tmpl": {0: appliesSavedPlan},
	"templates/guides/testing-with-the-emulator.md.tmpl": {
		0: installsEmulator, 1: testsWithEmulator, 2: elsewhere("block 10"), 3: shown("a workflow of GitHub"), 4: shown("it needs Docker"),
		5: elsewhere("block 1"), 6: elsewhere("block 10"), 7: elsewhere("make test-neighbors"), 8: shown("it needs the Auth0 CLI"),
		9: plansWithEmulator, 10: controlsEmulator(2, 6, 10, 11, 12), 11: elsewhere("block 10"), 12: elsewhere("block 10"),
	},
	"templates/guides/testing-your-configuration.md.tmpl": {0: testsWithMock, 1: testsWithEmulator},
}

// TestPages: every block of code that is written into a page, and not into a file of examples, does what the page says.
func TestPages(t *testing.T) {
	t.Parallel()
	others := []string{"../../README.md", "../../CONTRIBUTING.md", "../../templates/index.md.tmpl"}
	for _, file := range append(others, glob(t, "../../templates/*/*.tmpl")...) {
		p := &page{name: strings.TrimPrefix(filepath.ToSlash(file), "../../")}
		for _, block := range codeBlock.FindAllStringSubmatch(read(t, file), -1) {
			if block[1] == "mermaid" {
				continue
			}
			p.blocks = append(p.blocks, block[2])
			if block[1] == "terraform" {
				checkFormat(t, p, len(p.blocks)-1)
			}
		}
		run := pages[p.name]
		if len(run) != len(p.blocks) {
			t.Errorf("%s has %d blocks of code, and %d of them are run or listed", p.name, len(p.blocks), len(run))
		}
		for n, f := range run {
			if f == nil || n >= len(p.blocks) {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(p.name), n), func(t *testing.T) {
				t.Parallel()
				f(t, p, n)
			})
		}
	}
}

// shown is for a block that cannot run here, for a reason.
func shown(string) func(*testing.T, *page, int) { return nil }

// elsewhere is for a block that another block's handler or another test runs.
func elsewhere(string) func(*testing.T, *page, int) { return nil }

// checkFormat fails unless a configuration is formatted, and so syntactically correct.
func checkFormat(t *testing.T, p *page, n int) {
	t.Helper()
	if testing.Short() {
		return
	}
	c, err := cli.Find(t.Context())
	if err != nil {
		return
	}
	cmd := c.Command(t.Context(), "", "fmt", "-check", "-diff", "-")
	cmd.Stdin = strings.NewReader(p.text(n))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("block %d of %s is not formatted: %v\n%s", n, p.name, err, out)
	}
}

// makeTargets checks that the makefile has the targets that a block names.
func makeTargets(t *testing.T, p *page, n int) {
	makefile := read(t, "../../GNUmakefile")
	for _, target := range regexp.MustCompile(`(?m)^make (\S+)`).FindAllStringSubmatch(p.text(n), -1) {
		if !strings.Contains(makefile, "\n"+target[1]+":") {
			t.Errorf("%s names make %s, which is not a target of the makefile", p.name, target[1])
		}
	}
}

// packagesExist checks that the programs that a block runs with go run exist.
func packagesExist(t *testing.T, p *page, n int) {
	for _, program := range regexp.MustCompile(`(?m)^go run \./(\S+)`).FindAllStringSubmatch(p.text(n), -1) {
		if !isDir("../../" + program[1]) {
			t.Errorf("%s runs %s, which does not exist", p.name, program[1])
		}
	}
}

// namesATest checks that a command of go test names a test that exists.
func namesATest(t *testing.T, p *page, n int) {
	for _, command := range regexp.MustCompile(`go test \./(\S+) -run '(\w+)\$'`).FindAllStringSubmatch(p.text(n), -1) {
		if !strings.Contains(read(t, glob(t, "../..", command[1], "*_test.go")...), "func "+command[2]+"(") {
			t.Errorf("%s runs the test %s, which does not exist", p.name, command[2])
		}
	}
}

// emulatorBinary compiles the emulator once for all tests.
var emulatorBinary = sync.OnceValues(func() (string, error) {
	dir, err := mirror()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "bin", "auth0-emulator")
	_, err = cli.Go(context.Background(), "", "build", "-o", path, packagePath)
	return path, err
})

// bash runs a script in a folder, in which terraform and auth0-emulator are the ones of this repository.
func bash(t *testing.T, c *cli.CLI, dir, script string, env ...string) string {
	t.Helper()
	path, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	binary, err := emulatorBinary()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for name, target := range map[string]string{"terraform": c.Path, "auth0-emulator": binary} {
		if err := os.Symlink(target, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), path, "-euo", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(append(c.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH")), env...)
	out, err := cli.Output(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// requiresProvider is what a block leaves to the configuration that it is put into.
const requiresProvider = "terraform {\n  required_providers {\n    auth0vault = { source = \"auth0vault/auth0vault\" }\n  }\n}\n"

// work creates a folder with configuration files and installs the provider in it.
func work(t *testing.T, c *cli.CLI, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	mustRun(t, c, dir, "init")
	return dir
}

func generatesImport(t *testing.T, p *page, n int) {
	c := installed(t)
	startTenants(t, c, domain).Tenant(domain).AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "forms"})
	dir := work(t, c, map[string]string{"main.tf": requiresProvider + p.text(n-1)})
	expectPrinted(t, bash(t, c, dir, p.text(n)), "1 to import")
	applies(t, c, dir)
}

func generatesQuery(t *testing.T, p *page, n int) {
	c := installed(t)
	if c.OpenTofu || !c.AtLeast(1, 14) {
		t.Skip("terraform query needs Terraform 1.14")
	}
	tenant := startTenants(t, c, domain).Tenant(domain)
	tenant.AddVaultConnection(emulator.VaultConnection{AppID: "AUTH0", Name: "forms"})
	tenant.AddUser(emulator.User{Email: "ada@example.com"})
	dir := work(t, c, map[string]string{"main.tf": requiresProvider, "all.tfquery.hcl": p.text(n - 1)})
	bash(t, c, dir, p.text(n))
	applies(t, c, dir)
	if state := mustRun(t, c, dir, "state", "list"); strings.Count(state, "auth0vault_") != 2 {
		t.Errorf("the state has:\n%s", state)
	}
}

func appliesToTwoTenants(t *testing.T, p *page, n int) {
	c := installed(t)
	e := startTenants(t, c, "acme-dev.eu.auth0.com", "acme-prod.eu.auth0.com")
	dir := t.TempDir()
	for _, folder := range []string{"dev", "prod"} {
		root := filepath.Join(dir, folder)
		if err := os.CopyFS(root, os.DirFS(examples+"guides/forms-and-flows-from-an-export")); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(root, "form.tf")); err != nil { // of the official provider
			t.Fatal(err)
		}
		write(t, filepath.Join(root, "versions.tf"), requiresProvider)
		mustRun(t, c, root, "init")
	}
	bash(t, c, dir, p.text(n), "TF_CLI_ARGS_apply=-auto-approve")
	for _, domain := range []string{"acme-dev.eu.auth0.com", "acme-prod.eu.auth0.com"} {
		if flows := e.Tenant(domain).Flows(); len(flows) != 2 {
			t.Errorf("%s has %d flows, want 2", domain, len(flows))
		}
	}
}

func appliesOwnTokens(t *testing.T, p *page, n int) {
	c := installed(t)
	startTenants(t, c, domain)
	dir := work(t, c, map[string]string{
		"main.tf": requiresProvider + "resource \"auth0vault_connection\" \"forms\" {\n  name = \"forms\"\n}\n" + p.text(n),
		"verify_email.json": `{"name": "Verify e-mail", "actions": [{"id": "load", "type": "AUTH0", "action": "GET_USER",
			"params": {"connection_id": "__TF_VAULT__forms__", "user_id": "{{context.user.user_id}}"}}]}`,
	})
	applies(t, c, dir)
}

func appliesSavedPlan(t *testing.T, p *page, n int) {
	c := installed(t)
	startTenants(t, c, domain)
	dir := work(t, c, map[string]string{"main.tf": read(t, examples+"guides/testing/main.tf")})
	expectPrinted(t, bash(t, c, dir, p.text(n)), "Apply complete!")
}

func testsWithMock(t *testing.T, p *page, n int) {
	c := installed(t)
	dir := copied(t, examples+"guides/testing")
	mustRun(t, c, dir, "init")
	expectPrinted(t, bash(t, c, dir, p.text(n)), "Success!")
}

// installsEmulator checks that a user installs the program that the other blocks run.
func installsEmulator(t *testing.T, p *page, n int) {
	if want := "go install " + packagePath + "@latest\n"; p.text(n) != want {
		t.Errorf("the block is %q, want %q", p.text(n), want)
	}
}

// testsWithEmulator runs the test of a module with a tenant of the emulator's program, filled with the seed of the emulator's page.
func testsWithEmulator(t *testing.T, p *page, n int) {
	c := installed(t)
	dir := copied(t, modules+"/no-secret-in-state")
	if strings.Contains(p.text(n), "seed.json") {
		write(t, filepath.Join(dir, "seed.json"), p.text(5))
	}
	mustRun(t, c, dir, "init")
	expectPrinted(t, bash(t, c, dir, p.text(n), "TF_VAR_domain="+domain, "TF_VAR_ada_password="+password), "Success!")
}

// plansWithEmulator runs terraform plan with each of the emulator's options that the page names.
func plansWithEmulator(t *testing.T, p *page, n int) {
	c := installed(t)
	dir := work(t, c, map[string]string{"main.tf": requiresProvider + "data \"auth0vault_connections\" \"all\" {}\n"})
	if printed := bash(t, c, dir, p.text(n)); strings.Count(printed, "No changes.") != strings.Count(p.text(n), "terraform plan") {
		t.Errorf("the plans printed:\n%s", printed)
	}
}

// controlsEmulator runs blocks one after the other, in one shell, the first of which starts the emulator in the background.
func controlsEmulator(blocks ...int) func(*testing.T, *page, int) {
	return func(t *testing.T, p *page, _ int) {
		c := installed(t)
		for _, program := range []string{"curl", "jq"} {
			if _, err := exec.LookPath(program); err != nil {
				t.Skip(err)
			}
		}
		script := strings.Builder{}
		for i, n := range blocks {
			script.WriteString(p.text(n))
			if i == 0 {
				script.WriteString("trap 'kill %1' EXIT\ncurl() { command curl --fail --noproxy 127.0.0.1 \"$@\"; }\n")
			}
		}
		bash(t, c, t.TempDir(), script.String())
	}
}
