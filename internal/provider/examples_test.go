package provider_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
)

const (
	examplesDir = "../../examples"
	docsDir     = "../../docs"
)

// The examples use one tenant, and objects in it with these IDs; startTenant adds the objects.
const (
	exampleDomain     = "acme.eu.auth0.com"
	exampleOwnID      = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc" // the provider's own client
	exampleClientID   = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
	exampleConnection = "ac_driHxZHbTWt3zCyXRqsDFo"
	exampleFlow       = "af_aj9fK5JBVy9Uo1eSnwCeMS"
	exampleUser       = "auth0|65a1f0c2d3e4b5a697887766"
	exampleSecret     = "a-secret-of-the-examples"
)

// asProvider makes the test binary serve the provider, when Terraform starts it as a plugin.
const asProvider = "EXAMPLES_TEST_PROVIDER"

func TestMain(m *testing.M) {
	if os.Getenv(asProvider) != "" {
		if err := providerserver.Serve(context.Background(), provider.New("test"),
			providerserver.ServeOpts{Address: provider.Address}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}

	os.Exit(m.Run())
}

// TestExamples: Terraform plans and applies every example unchanged and the next plan is empty. Imports import, and queries find.
func TestExamples(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs Terraform for every example")
	}
	terraform := newTerraform(t)

	for _, example := range findExamples(t) {
		t.Run(example.name(), func(t *testing.T) {
			t.Parallel()
			example.requires(t, terraform)
			work := workspaceFor(t, terraform, example)
			switch example.kind {
			case kindQuery:
				work.run("query")
			case kindCommands:
				for _, args := range importCommands(t, example.files[0]) {
					work.run(append([]string{"import", "-input=false", "-state=" + filepath.Join(t.TempDir(), "state")}, args...)...)
				}
			case kindImport:
				// It may warn of a setup that cannot be read back.
				if output := work.run("plan", "-input=false"); !strings.Contains(output, "1 to import") {
					t.Errorf("nothing is imported:\n%s", output)
				}
			default:
				work.runWithoutWarnings("plan", "-input=false")
				if strings.Contains(example.text(t), "provisioner ") {
					return // the program may be missing on this machine
				}
				work.run("apply", "-input=false", "-auto-approve")
				work.runWithoutWarnings("plan", "-input=false", "-detailed-exitcode")
			}
		})
	}
}

// The documentation generator looks for examples under these names. What it does not find, it leaves out.
var exampleFiles = map[string]struct{ folder, pattern string }{
	"resource":           {"resources", "resource*.tf"},
	"data source":        {"data-sources", "data-source*.tf"},
	"ephemeral resource": {"ephemeral-resources", "ephemeral-resource*.tf"},
	"function":           {"functions", "function*.tf"},
	"list resource":      {"list-resources", "list-resource*.tfquery.hcl"},
	"action":             {"actions", "action*.tf"},
}

// TestExamples_complete: every registered object has an example under a name that the documentation generator looks for, and every
// example belongs to a registered object.
func TestExamples_complete(t *testing.T) {
	t.Parallel()
	objects := registered(t)

	for kind, names := range objects {
		place := exampleFiles[kind]
		for _, name := range names {
			dir := filepath.Join(examplesDir, place.folder, name)
			if found, err := filepath.Glob(filepath.Join(dir, place.pattern)); err != nil || len(found) == 0 {
				t.Errorf("the %s %s has no example: %s", kind, name, filepath.Join(dir, place.pattern))
			}
			if kind != "resource" {
				continue
			}
			for _, file := range []string{"import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
				if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
					t.Errorf("the resource %s does not show how to import one: %s", name, filepath.Join(dir, file))
				}
			}
		}
		for _, dir := range subfolders(t, filepath.Join(examplesDir, place.folder)) {
			if !slices.Contains(names, dir) {
				t.Errorf("%s has examples for the %s %s, which does not exist", place.folder, kind, dir)
			}
		}
	}
}

// TestDocs_complete: every registered object has a page in the documentation. .ci/run checks that the pages are current.
func TestDocs_complete(t *testing.T) {
	t.Parallel()
	for kind, names := range registered(t) {
		for _, name := range names {
			page := filepath.Join(docsDir, exampleFiles[kind].folder, strings.TrimPrefix(name, "auth0vault_")+".md")
			if _, err := os.Stat(page); err != nil {
				t.Errorf("the %s %s has no page %s: run make generate", kind, name, page)
			}
		}
	}
}

// TestDescriptions_complete: every schema, attribute, function and parameter has a description that is a sentence.
func TestDescriptions_complete(t *testing.T) {
	t.Parallel()
	schemas := providerSchema(t)

	describe := func(what, text string) {
		if !strings.HasSuffix(text, ".") || len(text) < 4 {
			t.Errorf("%s: no sentence: %q", what, text)
		}
	}
	var attributes func(what string, all []*tfprotov6.SchemaAttribute)
	attributes = func(what string, all []*tfprotov6.SchemaAttribute) {
		for _, attribute := range all {
			describe(what+"."+attribute.Name, attribute.Description)
			if attribute.NestedType != nil {
				attributes(what+"."+attribute.Name, attribute.NestedType.Attributes)
			}
		}
	}
	schema := func(what string, schema *tfprotov6.Schema) {
		describe(what, schema.Block.Description)
		attributes(what, schema.Block.Attributes)
	}

	schema("provider", schemas.Provider)
	for kind, all := range map[string]map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas, "data source": schemas.DataSourceSchemas,
		"ephemeral resource": schemas.EphemeralResourceSchemas, "list resource": schemas.ListResourceSchemas, "action": actionSchemas(schemas),
	} {
		for name, of := range all {
			schema(kind+" "+name, of)
		}
	}
	for name, function := range schemas.Functions {
		describe("function "+name, function.Description)
		describe("function "+name+" (summary)", function.Summary+".") // a title
		for _, parameter := range function.Parameters {
			describe("function "+name+": "+parameter.Name, parameter.Description)
		}
	}
}

func actionSchemas(schemas *tfprotov6.GetProviderSchemaResponse) map[string]*tfprotov6.Schema {
	all := map[string]*tfprotov6.Schema{}
	for name, action := range schemas.ActionSchemas {
		all[name] = action.Schema
	}
	return all
}

// providerSchema asks the provider for its schemas, as Terraform does.
func providerSchema(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schemas, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range schemas.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	return schemas
}

// registered lists everything that the provider has, by kind.
func registered(t *testing.T) map[string][]string {
	t.Helper()
	schemas := providerSchema(t)
	return map[string][]string{
		"resource":           slices.Sorted(maps.Keys(schemas.ResourceSchemas)),
		"data source":        slices.Sorted(maps.Keys(schemas.DataSourceSchemas)),
		"ephemeral resource": slices.Sorted(maps.Keys(schemas.EphemeralResourceSchemas)),
		"function":           slices.Sorted(maps.Keys(schemas.Functions)),
		"list resource":      slices.Sorted(maps.Keys(schemas.ListResourceSchemas)),
		"action":             slices.Sorted(maps.Keys(schemas.ActionSchemas)),
	}
}

// exampleKind is what a reader does with an example.
type exampleKind int

const (
	kindApply    exampleKind = iota // write it into a configuration and apply that
	kindRead                        // the same, where the objects exist already
	kindImport                      // the same, with an import block
	kindCommands                    // run the commands
	kindQuery                       // run terraform query
)

// example is what a reader copies at once: one file that the documentation shows, or all files of a folder.
type example struct {
	kind  exampleKind
	files []string
	of    string // the folder, for which findings are reported
}

// findExamples returns every example.
func findExamples(t *testing.T) (found []example) {
	t.Helper()
	for _, folder := range subfolders(t, examplesDir) {
		base := filepath.Join(examplesDir, folder)
		known := slices.ContainsFunc(slices.Collect(maps.Values(exampleFiles)),
			func(p struct{ folder, pattern string }) bool { return p.folder == folder })
		switch {
		case folder == "provider":
			for _, file := range glob(t, base, "*.tf") {
				found = append(found, example{kindApply, []string{file}, base})
			}
		case known:
			for _, object := range subfolders(t, base) {
				found = append(found, documented(t, filepath.Join(base, object))...)
			}
		case folder == "modules":
			continue // with tests of their own: "terraform test"
		case folder == "guides":
			for _, guide := range subfolders(t, base) {
				dir := filepath.Join(base, guide)
				found = append(found, example{kindApply, withoutOfficialProvider(t, glob(t, dir, "*")), dir})
			}
		default:
			found = append(found, example{kindApply, glob(t, base, "*.tf"), base})
		}
	}
	if len(found) == 0 {
		t.Fatal("no examples were found")
	}
	return found
}

// withoutOfficialProvider leaves out the files that use the official provider, which is not on this machine.
func withoutOfficialProvider(t *testing.T, files []string) []string {
	t.Helper()
	return slices.DeleteFunc(files, func(file string) bool { return strings.Contains(read(t, file), `"auth0/auth0"`) })
}

// documented returns the examples of one object.
func documented(t *testing.T, dir string) (found []example) {
	t.Helper()
	for _, file := range glob(t, dir, "*") {
		switch name := filepath.Base(file); {
		case strings.HasPrefix(name, "import") && strings.HasSuffix(name, ".tf"):
			found = append(found, example{kindImport, []string{file, filepath.Join(dir, "resource.tf")}, dir})
		case name == "import.sh":
			found = append(found, example{kindCommands, []string{file, filepath.Join(dir, "resource.tf")}, dir})
		case strings.HasSuffix(name, ".tfquery.hcl"):
			found = append(found, example{kindQuery, []string{file}, dir})
		case strings.HasSuffix(name, ".tf") && strings.Contains(filepath.ToSlash(dir), "/resources/"):
			found = append(found, example{kindApply, []string{file}, dir})
		case strings.HasSuffix(name, ".tf"):
			found = append(found, example{kindRead, []string{file}, dir})
		default:
			t.Errorf("the documentation does not show files with the name of %s", file)
		}
	}
	return found
}

func (e example) name() string {
	path := e.of
	if len(e.files) == 1 || e.kind != kindApply {
		path = e.files[0]
	}
	return strings.TrimPrefix(filepath.ToSlash(path), examplesDir+"/")
}

// requires skips the test if Terraform does not have what the example shows.
func (e example) requires(t *testing.T, terraform *cli.CLI) {
	t.Helper()
	minor := 11
	switch {
	case e.kind == kindQuery || strings.Contains(e.of, "actions"):
		minor = 14
	case strings.HasSuffix(e.files[0], "import-by-identity.tf"):
		minor = 12
	}
	if !terraform.AtLeast(1, minor) {
		t.Skipf("needs Terraform 1.%d", minor)
	}
}

// configuration returns the files that Terraform reads.
func (e example) configuration() []string {
	return slices.DeleteFunc(slices.Clone(e.files), func(file string) bool { return strings.HasSuffix(file, ".sh") })
}

// text returns all of the configuration.
func (e example) text(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, file := range e.configuration() {
		if !strings.HasSuffix(file, ".json") {
			all.WriteString(read(t, file))
		}
	}
	return all.String()
}

var variableBlock = regexp.MustCompile(`(?ms)^variable "(\w+)" \{$(.*?)^\}$`)

// lay copies the files into a folder, and returns values for their variables. It adds the source of the provider, if it is missing.
func (e example) lay(t *testing.T, dir string) (env []string) {
	t.Helper()
	for _, file := range e.configuration() {
		write(t, filepath.Join(dir, filepath.Base(file)), read(t, file))
	}
	text := e.text(t)
	if !strings.Contains(text, "required_providers") {
		write(t, filepath.Join(dir, "source_of_the_provider.tf"),
			fmt.Sprintf("terraform {\n  required_providers {\n    auth0vault = { source = %q }\n  }\n}\n", cli.Source))
	}
	for _, block := range variableBlock.FindAllStringSubmatch(text, -1) {
		if name, body := block[1], block[2]; !strings.Contains(body, "default") {
			env = append(env, "TF_VAR_"+name+"="+valueFor(name))
		}
	}
	return env
}

// valueFor returns a value for a variable of this name.
func valueFor(name string) string {
	switch {
	case strings.HasSuffix(name, "domain"):
		return exampleDomain
	case strings.HasSuffix(name, "client_id"):
		return exampleClientID
	case strings.HasSuffix(name, "password"):
		return "Correct-Horse-9-Battery"
	default:
		return exampleSecret
	}
}

// importCommands returns the arguments of every "terraform import" in a script.
func importCommands(t *testing.T, script string) (commands [][]string) {
	t.Helper()
	for line := range strings.Lines(read(t, script)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "terraform import ")
		if !ok {
			continue
		}
		address, id, _ := strings.Cut(rest, " ")
		commands = append(commands, []string{address, strings.Trim(id, `'"`)})
	}
	if len(commands) == 0 {
		t.Fatalf("%s has no terraform import", script)
	}
	return commands
}

// startTenant starts the tenant of the examples, which is reached by its name over HTTPS. It has no objects that an example creates.
func startTenant(t *testing.T, kind exampleKind) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})

	seed := emulator.Seed{
		Behavior:  map[string]any{"custom_domains": []string{"login.example.com"}},
		Databases: []emulator.Database{{Name: "sms", Strategy: "sms"}},
		Clients: []emulator.SeedClient{
			{Client: emulator.Client{ID: exampleOwnID, Secret: exampleSecret, Name: "Terraform"}, Scopes: acctest.ProviderScopes},
			{
				Client: emulator.Client{ID: exampleClientID, Secret: exampleSecret, Name: "Forms vault", AppType: "non_interactive",
					GrantTypes: []string{"client_credentials"}},
				Scopes: []string{"read:users", "create:users", "update:users", "read:organizations"},
			},
		},
	}
	if kind != kindApply {
		seed.VaultConnections = []emulator.VaultConnection{{ID: exampleConnection, AppID: "AUTH0", Name: "forms", Setup: map[string]any{
			"type": "OAUTH_APP", "client_id": exampleClientID, "client_secret": exampleSecret, "domain": exampleDomain,
		}}}
		seed.Flows = []emulator.Flow{{ID: exampleFlow, Name: "Update profile"}}
		seed.Users = []emulator.User{{ID: exampleUser, Email: "ada@example.com", UserMetadata: map[string]any{"plan": "gold"}}}
	}
	if err := e.Tenant(exampleDomain).Seed(seed); err != nil {
		t.Fatal(err)
	}
	return e
}

// newTerraform returns a Terraform that runs the test binary as the provider.
func newTerraform(t *testing.T) *cli.CLI {
	t.Helper()
	c, err := cli.Find(t.Context())
	if err != nil {
		t.Skip(err)
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(dir, "terraform-provider-auth0vault")); err != nil {
		t.Fatal(err)
	}
	c.Env = append(c.Env, asProvider+"=1", cliConfig(t, dir, cli.Source), "TF_CLI_ARGS=-no-color")
	return c
}

// cliConfig returns the environment variable that makes Terraform take providers from a folder.
func cliConfig(t *testing.T, folder string, sources ...string) string {
	t.Helper()
	var overrides strings.Builder
	for _, source := range sources {
		fmt.Fprintf(&overrides, "%q = %q\n", source, folder)
	}
	path := filepath.Join(t.TempDir(), "cli.tfrc")
	write(t, path, "provider_installation {\n  dev_overrides {\n"+overrides.String()+"  }\n}\n")
	return "TF_CLI_CONFIG_FILE=" + path
}

// caFile returns the name of a file with the emulator's certificate.
func caFile(t *testing.T, e *emulator.Emulator) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	write(t, path, string(e.CACertPEM()))
	return path
}

// environment returns the variables that lead to the tenant of the examples.
func environment(t *testing.T, e *emulator.Emulator) []string {
	t.Helper()
	return []string{
		"HTTPS_PROXY=" + e.ProxyURL(), "AUTH0_CA_CERT_FILE=" + caFile(t, e),
		"AUTH0_DOMAIN=" + exampleDomain, "AUTH0_CLIENT_ID=" + exampleOwnID, "AUTH0_CLIENT_SECRET=" + exampleSecret,
	}
}

// workspace is a folder with an example, and the environment that leads to the example's tenant.
type workspace struct {
	t         *testing.T
	terraform *cli.CLI
	dir       string
	env       []string
}

// workspaceFor copies an example into a folder, and starts its tenant.
func workspaceFor(t *testing.T, terraform *cli.CLI, example example) workspace {
	t.Helper()
	dir := t.TempDir()
	return workspace{t, terraform, dir, append(example.lay(t, dir), environment(t, startTenant(t, example.kind))...)}
}

// run runs Terraform, and returns what it prints. Its failure fails the test.
func (w workspace) run(args ...string) string {
	w.t.Helper()
	out, err := w.try(args...)
	if err != nil {
		w.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (w workspace) try(args ...string) (string, error) {
	cmd := w.terraform.Command(w.t.Context(), w.dir, args...)
	cmd.Env = append(cmd.Env, w.env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// runWithoutWarnings fails the test if Terraform prints a warning.
func (w workspace) runWithoutWarnings(args ...string) {
	w.t.Helper()
	output := w.run(args...)
	for _, expected := range []string{
		"Warning: Provider development overrides are in effect", // that is how the test hands the provider over
		"Warning: Check block assertion failed",                 // what a check finds is about the tenant
		"Warning: Check block assertion known after apply",
	} {
		output = strings.ReplaceAll(output, expected, "")
	}
	if strings.Contains(output, "Warning: ") {
		w.t.Errorf("terraform %s warns:\n%s", strings.Join(args, " "), output)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// subfolders lists the folders in a folder; none if that does not exist.
func subfolders(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}
