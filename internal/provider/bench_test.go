package provider_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// BenchmarkStart measures the time from the start of the program until Terraform can connect to it.
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
		// Terraform's plugin client sets these.
		cmd.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
			"PLUGIN_PROTOCOL_VERSIONS=6")
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

// BenchmarkSchema measures Terraform's first request.
func BenchmarkSchema(b *testing.B) {
	tenant := acctest.New(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tenant.Server().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}
