package cli_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fencedBlock  = regexp.MustCompile("(?ms)^```.*?^```")
	heading      = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// TestLinks: every relative link in every page leads to a file, and to a heading in it.
func TestLinks(t *testing.T) {
	t.Parallel()
	root := "../.."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "build", "node_modules", ".terraform"}, entry.Name()) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		for _, link := range markdownLink.FindAllStringSubmatch(pageText(t, path), -1) {
			checkLink(t, path, link[1])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkLink(t *testing.T, page, link string) {
	t.Helper()
	if strings.Contains(link, "://") || strings.HasPrefix(link, "mailto:") {
		return
	}
	file, anchor, _ := strings.Cut(link, "#")
	target := page
	if file != "" {
		target = filepath.Join(filepath.Dir(page), filepath.FromSlash(file))
	}
	if page := target + ".md"; isFile(page) {
		target = page // as the registry links to pages
	}
	if _, err := os.Stat(target); err != nil {
		t.Errorf("%s links to %s, which does not exist", page, link)
		return
	}
	if anchor == "" || filepath.Ext(target) != ".md" {
		return
	}
	for _, title := range heading.FindAllStringSubmatch(pageText(t, target), -1) {
		if slug(title[1]) == anchor {
			return
		}
	}
	if !strings.Contains(pageText(t, target), `id="`+anchor+`"`) {
		t.Errorf("%s links to %s, and there is no such heading", page, link)
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// pageText returns a page without its code blocks.
func pageText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fencedBlock.ReplaceAllString(string(text), "")
}

// slug returns the anchor that Markdown renderers make of a heading.
func slug(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, title)
}

var messageHeading = regexp.MustCompile("(?m)^### `([^`]+)`$")

// TestTroubleshooting: every message that the guide explains is one that the provider has.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	var sources strings.Builder
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		sources.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	messages := messageHeading.FindAllStringSubmatch(pageText(t, "../../templates/guides/troubleshooting.md.tmpl"), -1)
	if len(messages) == 0 {
		t.Fatal("the guide has no messages")
	}
	for _, message := range messages {
		for part := range strings.SplitSeq(message[1], "…") {
			if part = strings.Trim(part, " ,"); !strings.Contains(strings.ToLower(sources.String()), strings.ToLower(part)) {
				t.Errorf("no message contains %q", part)
			}
		}
	}
}
