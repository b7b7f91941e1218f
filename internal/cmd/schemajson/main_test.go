package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
)

// servedByTest names the server that the test binary is to be, when Terraform starts it as a plugin.
const servedByTest = "SCHEMAJSON_TEST_SERVER"

var servers = map[string]func() tfprotov6.ProviderServer{
	"this provider":   providerserver.NewProtocol6(provider.New("test")()),
	"every construct": func() tfprotov6.ProviderServer { return everyConstruct{} },
}

func TestMain(m *testing.M) {
	if server, ok := servers[os.Getenv(servedByTest)]; ok {
		if err := tf6server.Serve(provider.Address, server); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}

	os.Exit(m.Run())
}

// Terraform and the program must say the same of the same server.
func TestWrite_sameAsTerraform(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			want := terraformSchemas(t, name)
			got := writtenSchemas(t, server())

			// These came with Terraform 1.12 and 1.14; an older one leaves them out.
			for _, key := range []string{"resource_identity_schemas", "list_resource_schemas", "action_schemas"} {
				if _, ok := want[key]; !ok {
					delete(got, key)
				}
			}

			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("differs from terraform providers schema -json (-terraform +program):\n%s", diff)
			}
		})
	}
}

// What only a newer Terraform prints is compared with its JSON form.
func TestWrite_newerThanTerraform(t *testing.T) {
	got := writtenSchemas(t, everyConstruct{})

	want := map[string]string{
		"resource_identity_schemas": `{
			"auth0vault_thing": {
				"version": 1,
				"attributes": {
					"domain": {"type": "string", "optional_for_import": true},
					"id":     {"type": "string", "description": "The id.", "required_for_import": true}
				}
			}
		}`,
		"list_resource_schemas": `{
			"auth0vault_thing": {
				"version": 0,
				"block": {
					"attributes": {"filter": {"type": "string", "description_kind": "plain", "optional": true}},
					"description_kind": "plain"
				}
			}
		}`,
		"action_schemas": `{
			"auth0vault_act": {
				"block": {
					"attributes": {"target": {"type": "string", "description_kind": "plain", "required": true}},
					"description_kind": "plain"
				}
			}
		}`,
	}

	for key, text := range want {
		var tree any
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(tree, got[key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
}

func TestWrite_serverFails(t *testing.T) {
	for name, test := range map[string]struct {
		server tfprotov6.ProviderServer
		want   string
	}{
		"the call": {failing{err: errors.New("gone")}, "gone"},
		"a diagnostic": {failing{diags: []*tfprotov6.Diagnostic{{Summary: "Invalid Schema", Severity: tfprotov6.DiagnosticSeverityError}}},
			"Invalid Schema"},
		"unknown shape": {failing{}, `resource auth0vault_thing: rules: unknown nesting INVALID`},
	} {
		t.Run(name, func(t *testing.T) {
			err := write(t.Context(), &bytes.Buffer{}, test.server)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

// writtenSchemas is what the program prints, below the provider's key.
func writtenSchemas(t *testing.T, server tfprotov6.ProviderServer) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := write(t.Context(), &out, server); err != nil {
		t.Fatal(err)
	}
	return onlyProvider(t, out.Bytes(), providerKey)
}

// terraformSchemas is what Terraform prints, below the provider's key, of a server that this test binary serves.
func terraformSchemas(t *testing.T, server string) map[string]any {
	t.Helper()
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		found, err := exec.LookPath("terraform")
		if err != nil {
			t.Skip("Terraform is not on PATH; make test brings it along")
		}
		terraform = found
	}
	if about, err := exec.CommandContext(t.Context(), terraform, "version").Output(); err != nil ||
		strings.Contains(string(about), "OpenTofu") {
		t.Skip("the documentation generator takes what Terraform prints; OpenTofu prints empty descriptions as well")
	}

	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}

	dir := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(dir, "terraform-provider-auth0vault")); err != nil {
		t.Fatal(err)
	}

	cliConfig := filepath.Join(dir, "cli.tfrc")
	for path, text := range map[string]string{
		cliConfig: fmt.Sprintf("provider_installation {\n  dev_overrides { %q = %q }\n}\n", provider.Address, dir),
		filepath.Join(dir, "main.tf"): fmt.Sprintf("terraform {\n  required_providers {\n    auth0vault = { source = %q }\n  }\n}\n",
			provider.Address),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), terraform, "providers", "schema", "-json")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+cliConfig, "CHECKPOINT_DISABLE=1", servedByTest+"="+server)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("terraform providers schema: %v\n%s", err, stderr.String())
	}
	return onlyProvider(t, stdout.Bytes(), provider.Address)
}

func onlyProvider(t *testing.T, document []byte, key string) map[string]any {
	t.Helper()
	var parsed struct {
		FormatVersion string                    `json:"format_version"`
		Providers     map[string]map[string]any `json:"provider_schemas"`
	}
	if err := json.Unmarshal(document, &parsed); err != nil {
		t.Fatal(err)
	}
	if parsed.FormatVersion != "1.0" || len(parsed.Providers) != 1 || parsed.Providers[key] == nil {
		t.Fatalf("format %q with %d providers, want 1.0 with %s alone:\n%.300s", parsed.FormatVersion, len(parsed.Providers), key, document)
	}
	return parsed.Providers[key]
}

// everyConstruct is a server with everything that a schema can hold, more than the provider itself uses.
type everyConstruct struct {
	tfprotov6.ProviderServer
}

func (everyConstruct) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	text := func(name string) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Type: tftypes.String, Optional: true}
	}
	object := func(name string, nesting tfprotov6.SchemaObjectNestingMode) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{
			Name:     name,
			Optional: true,
			NestedType: &tfprotov6.SchemaObject{
				Nesting:    nesting,
				Attributes: []*tfprotov6.SchemaAttribute{text("inner"), {Name: "secret", Type: tftypes.String, Computed: true, Sensitive: true}},
			},
		}
	}
	nested := func(name string, nesting tfprotov6.SchemaNestedBlockNestingMode) *tfprotov6.SchemaNestedBlock {
		return &tfprotov6.SchemaNestedBlock{
			TypeName: name,
			Nesting:  nesting,
			Block:    &tfprotov6.SchemaBlock{Description: "A block.", Attributes: []*tfprotov6.SchemaAttribute{text("inner")}},
		}
	}
	limited := nested("limited", tfprotov6.SchemaNestedBlockNestingModeList)
	limited.MinItems, limited.MaxItems = 1, 3

	thing := &tfprotov6.Schema{
		Version: 2,
		Block: &tfprotov6.SchemaBlock{
			Description:     "A *thing*.",
			DescriptionKind: tfprotov6.StringKindMarkdown,
			Deprecated:      true,
			Attributes: []*tfprotov6.SchemaAttribute{
				{Name: "id", Type: tftypes.String, Computed: true, Description: "The id."},
				{Name: "both", Type: tftypes.String, Optional: true, Computed: true, DescriptionKind: tfprotov6.StringKindMarkdown},
				{Name: "needed", Type: tftypes.Bool, Required: true},
				{Name: "old", Type: tftypes.Number, Optional: true, Deprecated: true},
				{Name: "secret_wo", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true},
				{Name: "anything", Type: tftypes.DynamicPseudoType, Optional: true},
				{Name: "list", Type: tftypes.List{ElementType: tftypes.String}, Optional: true},
				{Name: "set", Type: tftypes.Set{ElementType: tftypes.Bool}, Optional: true},
				{Name: "map", Type: tftypes.Map{ElementType: tftypes.Number}, Optional: true},
				{Name: "tuple", Type: tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.String, tftypes.Bool}}, Optional: true},
				{Name: "object", Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String}}, Optional: true},
				object("in_object", tfprotov6.SchemaObjectNestingModeSingle),
				object("in_list", tfprotov6.SchemaObjectNestingModeList),
				object("in_set", tfprotov6.SchemaObjectNestingModeSet),
				object("in_map", tfprotov6.SchemaObjectNestingModeMap),
			},
			BlockTypes: []*tfprotov6.SchemaNestedBlock{
				nested("one", tfprotov6.SchemaNestedBlockNestingModeSingle),
				nested("group", tfprotov6.SchemaNestedBlockNestingModeGroup),
				nested("many", tfprotov6.SchemaNestedBlockNestingModeSet),
				nested("named", tfprotov6.SchemaNestedBlockNestingModeMap),
				limited,
			},
		},
	}
	small := func(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
		return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: attributes}}
	}
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:                 small(text("domain")),
		ResourceSchemas:          map[string]*tfprotov6.Schema{"auth0vault_thing": thing},
		DataSourceSchemas:        map[string]*tfprotov6.Schema{"auth0vault_thing": small(text("id"))},
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"auth0vault_token": small(text("id"))},
		ListResourceSchemas:      map[string]*tfprotov6.Schema{"auth0vault_thing": small(text("filter"))},
		ActionSchemas: map[string]*tfprotov6.ActionSchema{
			"auth0vault_act": {Schema: small(&tfprotov6.SchemaAttribute{Name: "target", Type: tftypes.String, Required: true})},
		},
		Functions: map[string]*tfprotov6.Function{
			"join": {
				Summary:            "Joins.",
				Description:        "Joins *texts*.",
				DescriptionKind:    tfprotov6.StringKindMarkdown,
				DeprecationMessage: "Use join of Terraform.",
				Parameters: []*tfprotov6.FunctionParameter{
					{Name: "separator", Type: tftypes.String, Description: "What stands between."},
					{Name: "first", Type: tftypes.String, AllowNullValue: true},
				},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "texts", Type: tftypes.List{ElementType: tftypes.String}},
				Return:            &tfprotov6.FunctionReturn{Type: tftypes.Set{ElementType: tftypes.String}},
			},
			"now": {Return: &tfprotov6.FunctionReturn{Type: tftypes.DynamicPseudoType}},
		},
	}, nil
}

func (everyConstruct) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{
		IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
			"auth0vault_thing": {
				Version: 1,
				IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
					{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "The id."},
					{Name: "domain", Type: tftypes.String, OptionalForImport: true},
				},
			},
		},
	}, nil
}

// failing is a server that cannot say what its schemas are.
type failing struct {
	tfprotov6.ProviderServer

	err   error
	diags []*tfprotov6.Diagnostic
}

func (f failing) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	odd := &tfprotov6.SchemaAttribute{Name: "rules", NestedType: &tfprotov6.SchemaObject{}}
	return &tfprotov6.GetProviderSchemaResponse{
		Diagnostics: f.diags,
		ResourceSchemas: map[string]*tfprotov6.Schema{
			"auth0vault_thing": {Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{odd}}},
		},
	}, f.err
}

func (failing) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}
