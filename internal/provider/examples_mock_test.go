package provider_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unmockable are the checks that a mock fails: it fills computed booleans with false.
var unmockable = map[string]string{
	"data-sources/auth0vault_notifications/data-source.tf": "check.emails_can_be_sent",
}

// A bare mock of the provider, as "terraform test" offers it, plans, applies and
// tears down every example. Mocks fill computed strings with eight random
// characters, so this fails for a schema that validates another resource's
// computed value. Terraform cannot mock ephemeral resources.
func TestExamples_mocked(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs Terraform for every example")
	}
	terraform := newTerraform(t)
	alias := regexp.MustCompile(`(?m)^\s*alias\s*=\s*"(\w+)"`)

	for _, example := range findExamples(t) {
		if example.kind != kindApply && example.kind != kindRead {
			continue
		}
		text := example.text(t)
		if strings.Contains(text, `ephemeral "`) || strings.Contains(text, "provisioner ") {
			continue
		}
		t.Run(example.name(), func(t *testing.T) {
			t.Parallel()
			example.requires(t, terraform)
			mocks := "mock_provider \"auth0vault\" {}\n"
			for _, name := range alias.FindAllStringSubmatch(text, -1) {
				mocks += "mock_provider \"auth0vault\" {\n  alias = \"" + name[1] + "\"\n}\n"
			}
			dir := t.TempDir()
			work := workspace{t, terraform, dir, example.lay(t, dir)}
			write(t, filepath.Join(dir, "mock.tftest.hcl"),
				fmt.Sprintf("%s\nrun \"apply\" {\n  expect_failures = [%s]\n}\n", mocks, unmockable[example.name()]))
			if output := work.run("test"); !strings.Contains(output, "Success!") {
				t.Errorf("terraform test:\n%s", output)
			}
		})
	}
}
