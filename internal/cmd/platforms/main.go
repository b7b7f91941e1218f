// Command platforms checks the platforms of .goreleaser.yml: that Go has each of them, and that the provider has all its packages
// there. With -build, it compiles the provider for each of them, which takes minutes for each.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// release is the part of .goreleaser.yml that says for which platforms there are builds.
type release struct {
	Builds []struct {
		GOOS   []string `yaml:"goos"`
		GOARCH []string `yaml:"goarch"`
		Ignore []struct {
			GOOS   string `yaml:"goos"`
			GOARCH string `yaml:"goarch"`
		} `yaml:"ignore"`
	} `yaml:"builds"`
}

func main() {
	build := flag.Bool("build", false, "compile the provider for each platform")
	flag.Parse()
	if err := check(*build); err != nil {
		fmt.Fprintf(os.Stderr, "platforms: %v\n", err)
		os.Exit(1)
	}
}

// check returns what is wrong with all platforms together.
func check(build bool) error {
	text, err := os.ReadFile(".goreleaser.yml")
	if err != nil {
		return err
	}
	platforms, err := platformsOf(text)
	if err != nil {
		return err
	}
	known, err := exec.Command("go", "tool", "dist", "list").Output() //nolint:noctx // it is quick
	if err != nil {
		return err
	}
	var wrong []error
	for _, platform := range platforms {
		if !slices.Contains(strings.Fields(string(known)), platform) {
			wrong = append(wrong, fmt.Errorf("this Go has no platform %s: add it to ignore in .goreleaser.yml", platform))
			continue
		}
		args := []string{"list", "-deps", "."}
		if build {
			args = []string{"build", "-o", os.DevNull, "."}
		}
		if printed, err := compile(platform, args); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w\n%s", platform, err, printed))
		}
	}
	if len(wrong) == 0 {
		fmt.Printf("%d platforms: %s\n", len(platforms), strings.Join(platforms, ", "))
	}
	return errors.Join(wrong...)
}

func compile(platform string, args []string) (string, error) {
	goos, goarch, _ := strings.Cut(platform, "/")
	cmd := exec.Command("go", args...) //nolint:gosec,noctx // one of the two commands above
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	printed, err := cmd.CombinedOutput()
	return string(printed), err
}

// platformsOf returns the platforms of a GoReleaser configuration, as "linux/amd64".
func platformsOf(text []byte) (platforms []string, err error) {
	var config release
	if err := yaml.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("cannot read .goreleaser.yml: %w", err)
	}
	for _, build := range config.Builds {
		for _, goos := range build.GOOS {
			for _, goarch := range build.GOARCH {
				ignored := false
				for _, ignore := range build.Ignore {
					ignored = ignored || ignore.GOOS == goos && ignore.GOARCH == goarch
				}
				if !ignored {
					platforms = append(platforms, goos+"/"+goarch)
				}
			}
		}
	}
	if len(platforms) == 0 {
		return nil, errors.New(".goreleaser.yml names no platform")
	}
	return platforms, nil
}
