package provider_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// BenchmarkStart is the time from the start of the program until Terraform could
// connect to it.
func BenchmarkStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "provider")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	if info, err := os.Stat(binary); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
	for b.Loop() {
		cmd := exec.Command(binary)
		// What Terraform's plugin client sets, so that the program knows it is one.
		cmd.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=6")
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			b.Fatalf("%q, %v", line, err)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// BenchmarkSchema is the time for Terraform's first question.
func BenchmarkSchema(b *testing.B) {
	tenant := acctest.New(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tenant.Server().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUser is what planning and reading one user cost the provider; a read
// includes the emulator's part.
func BenchmarkUser(b *testing.B) {
	tenant := acctest.New(b)
	user := tenant.AddUser(emulator.User{ID: "auth0|ada", Email: "ada@example.com"})
	server := tenant.Server()
	ctx := context.Background()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	value := func(kind tftypes.Type, known map[string]any) *tfprotov6.DynamicValue {
		attributes := map[string]tftypes.Value{}
		for name, attribute := range kind.(tftypes.Object).AttributeTypes {
			attributes[name] = tftypes.NewValue(attribute, nil)
			if given, ok := known[name]; ok {
				attributes[name] = tftypes.NewValue(attribute, given)
			}
		}
		dynamic, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, attributes))
		if err != nil {
			b.Fatal(err)
		}
		return &dynamic
	}
	_, err = server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: value(schemas.Provider.ValueType(), map[string]any{
		"domain": tenant.Domain(), "client_id": tenant.Own.ID, "client_secret": tenant.Own.Secret,
	})})
	if err != nil {
		b.Fatal(err)
	}
	kind := schemas.ResourceSchemas["auth0vault_user"].ValueType()
	config := value(kind, map[string]any{"email": user.Email, "user_metadata": `{"plan":"gold"}`, "password_wo": "Correct-Horse-42", "password_wo_version": 1})
	known := map[string]any{
		"id": user.ID, "user_id": "ada", "email": user.Email, "connection_name": emulator.DefaultDatabase, "on_destroy": "delete", "user_metadata": `{"plan":"gold"}`, "password_wo_version": 1,
	}
	state := value(kind, known)
	known["password_wo"] = "Correct-Horse-42" // Terraform proposes what is write-only, too
	proposed := value(kind, known)
	check := func(b *testing.B, diags []*tfprotov6.Diagnostic, err error) {
		b.Helper()
		for _, d := range diags {
			b.Fatalf("%s: %s", d.Summary, d.Detail)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("plan", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			resp, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
				TypeName: "auth0vault_user", PriorState: state, ProposedNewState: proposed, Config: config,
			})
			check(b, resp.Diagnostics, err)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			resp, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: "auth0vault_user", CurrentState: state})
			check(b, resp.Diagnostics, err)
		}
	})
}
