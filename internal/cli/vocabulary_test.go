package cli_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// replaced are words that readers of code and documentation had to read twice, or identifiers that only this project used, each
// with the word to use. CONTRIBUTING.md has the glossary.
var replaced = []struct{ pattern, instead string }{
	{`\b(is|are|was|were) no \w+`, `is not a …`},
	{`\ball the same\b`, `anyway`},
	{`\bto be had\b`, `available`},
	{`\bby whom(ever)?\b`, `by any client`},
	{`\banew\b`, `again`},
	{`\bmended?\b`, `correct, repair`},
	{`\bbesides\b`, `in addition`},
	{`\bat the (most|latest|least)\b`, `at most, at least, no later than`},
	{`\bsomebody else\b`, `another client`},
	{`\bby itself\b`, `automatically, alone`},
	{`\bcancelled\b|\b(behavi|hon|col|fav|neighb)our|\b(recogn|initial|serial|optim|organ|summar|normal|author)is(e|ed|es|ing)\b`,
		`US spelling: canceled, behavior, recognize`},
	{`\bLicen[c]e\b`, `US spelling: license`},
	{`\b(mostAttempts|leastRequestsPerSecond|longest[A-Z]\w+|shortest[A-Z]\w+|MostFound)\b`, `max…, min…`},
	{`\b(UnsureError|AmbiguousError|WithPatience|MayHeal|NotKnownYet|LogNoMoreThanShown)\b`, `the names in the glossary`},
}

// plain are phrases that one of the patterns would find, and that are clear.
var plain = regexp.MustCompile(`(?i)\bthere (is|are|was|were) no\b|\bno (longer|more)\b`)

// TestVocabulary: the words that were replaced are not used.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	patterns := make([]*regexp.Regexp, len(replaced))
	for i, r := range replaced {
		patterns[i] = regexp.MustCompile(r.pattern)
	}
	walk(t, func(path string) {
		if !slices.Contains([]string{".go", ".md", ".tmpl", ".tf", ".hcl"}, filepath.Ext(path)) || filepath.Base(path) == "vocabulary_test.go" ||
			strings.Contains(path, "/testdata/") {
			return
		}
		n := 0
		for line := range strings.Lines(read(t, path)) {
			n++
			line = plain.ReplaceAllString(line, "")
			for i, pattern := range patterns {
				if found := pattern.FindString(line); found != "" {
					t.Errorf("%s:%d: %q, instead: %s", strings.TrimPrefix(path, "../../"), n, found, replaced[i].instead)
				}
			}
		}
	})
}
