package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDockerfile checks without Docker what can go wrong when the program or the module changes.
func TestDockerfile(t *testing.T) {
	root := filepath.Join("..", "..")
	read := func(path string) string {
		t.Helper()
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	file := read("Dockerfile")

	version := regexp.MustCompile(`(?m)^FROM golang:(\S+)`).FindStringSubmatch(file)
	if version == nil || !strings.Contains(read(filepath.Join(root, "go.mod")), "\ngo "+version[1]) {
		t.Error("the image is not of the Go version in go.mod:", version)
	}
	entrypoint := regexp.MustCompile(`(?m)^ENTRYPOINT (.*)$`).FindStringSubmatch(file)
	var args []string
	if entrypoint == nil || json.Unmarshal([]byte(entrypoint[1]), &args) != nil {
		t.Fatal("no ENTRYPOINT in the form of an array")
	}
	c, err := parse(args[1:], io.Discard)
	if err != nil || !c.allowPublic {
		t.Fatal("the program does not take the flags of ENTRYPOINT:", err)
	}
	for _, addr := range []string{c.addr, c.direct} {
		port := addr[strings.LastIndex(addr, ":")+1:]
		if !regexp.MustCompile(`(?m)^EXPOSE .*\b` + port + `\b`).MatchString(file) {
			t.Error("EXPOSE lacks", port)
		}
	}
	for _, dir := range regexp.MustCompile(`go build .* (\./\S+)`).FindAllStringSubmatch(file, -1) {
		if _, err := os.Stat(filepath.Join(root, dir[1])); err != nil {
			t.Error(err)
		}
	}
	for _, source := range regexp.MustCompile(`(?m)^COPY ([^-].*) \./$`).FindAllStringSubmatch(file, -1) {
		for _, name := range strings.Fields(source[1]) {
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Error(err)
			}
		}
	}
}
