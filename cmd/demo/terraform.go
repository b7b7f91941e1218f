package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
)

// workspace is where Terraform runs.
type workspace struct {
	*cli.CLI

	config string // the folder with the configuration
}

// newWorkspace builds the provider, puts it where "terraform init" will find it, and copies the configuration. All of it goes
// into dir.
func newWorkspace(ctx context.Context, dir string) (*workspace, error) {
	root, err := cli.Root(ctx)
	if err != nil {
		return nil, err
	}
	bin := filepath.Join(dir, "bin")
	if _, err := cli.Go(ctx, root, "run", "./internal/cmd/terraform", bin); err != nil {
		return nil, err
	}
	var terraform *cli.CLI
	if fetched := filepath.Join(bin, "terraform"); isFile(fetched) {
		terraform, err = cli.At(ctx, fetched)
	} else {
		terraform, err = cli.Find(ctx)
	}
	if err != nil {
		return nil, err
	}

	w := &workspace{CLI: terraform, config: filepath.Join(dir, "demo")}
	if err := os.CopyFS(w.config, os.DirFS(filepath.Join(root, "examples", "demo"))); err != nil {
		return nil, err
	}
	mirror := filepath.Join(dir, "mirror")
	if err := cli.Build(ctx, mirror); err != nil {
		return nil, err
	}
	if err := w.InstallFrom(mirror, dir); err != nil {
		return nil, err
	}
	// Locked in advance, a provider from a mirror does not make "terraform init" warn about other platforms.
	_, err = cli.Output(ctx, w.Command(ctx, w.config, "providers", "lock", "-fs-mirror="+mirror))
	return w, err
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
