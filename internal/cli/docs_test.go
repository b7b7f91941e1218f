package cli_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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
	walk(t, func(path string) {
		if filepath.Ext(path) != ".md" {
			return
		}
		for _, link := range markdownLink.FindAllStringSubmatch(pageText(t, path), -1) {
			checkLink(t, path, link[1])
		}
	})
}

// walk calls f for every file of the repository.
func walk(t *testing.T, f func(path string)) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			f(path)
		case slices.Contains([]string{".git", "build", "node_modules", ".terraform"}, entry.Name()):
			return filepath.SkipDir
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
		t.Errorf("%s links to the heading %s, which does not exist", page, link)
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// pageText returns a page without its code blocks.
func pageText(t *testing.T, path string) string {
	t.Helper()
	return fencedBlock.ReplaceAllString(read(t, path), "")
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

// messagePart is a message in a heading of the troubleshooting guide. A heading can have several.
var messagePart = regexp.MustCompile("`([^`]+)`")

// troubleshooting returns the messages that the guide explains.
func troubleshooting(t *testing.T) (messages []string) {
	t.Helper()
	for _, title := range heading.FindAllStringSubmatch(pageText(t, "../../templates/guides/troubleshooting.md.tmpl"), -1) {
		for _, message := range messagePart.FindAllStringSubmatch(title[1], -1) {
			messages = append(messages, message[1])
		}
	}
	if len(messages) == 0 {
		t.Fatal("the guide has no messages")
	}
	return messages
}

// sources calls f for every file of internal/ with Go code that is not a test.
func sources(t *testing.T, f func(path, text string)) {
	t.Helper()
	walk(t, func(path string) {
		if strings.HasPrefix(path, "../../internal") && filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go") {
			f(path, read(t, path))
		}
	})
}

// TestTroubleshooting: every message that the guide explains is one that the provider has.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	sources(t, func(_, text string) { all.WriteString(strings.ToLower(text)) })
	for _, message := range troubleshooting(t) {
		for part := range strings.SplitSeq(message, "…") {
			if part = strings.Trim(part, " ,"); !strings.Contains(all.String(), strings.ToLower(part)) {
				t.Errorf("no message contains %q", part)
			}
		}
	}
}

// obvious are the summaries of diagnostics that need no explanation in the guide: what is wrong is an argument that the message
// names, or a fault of the provider.
var obvious = regexp.MustCompile(`^(Invalid (value|audience|domain|custom domain|environment variable|signing algorithm)|Incomplete ` +
	`(action|setup)|` +
	`Conflicting action types|Duplicate action ID|Missing e-mail address, phone number or username|One secret is needed|Set either id or |` +
	`No such |Unexpected |Unable to convert a user|Unable to keep private state)`)

// TestTroubleshooting_complete: the guide explains every error and every warning that is not obvious.
func TestTroubleshooting_complete(t *testing.T) {
	t.Parallel()
	messages := troubleshooting(t)
	found := 0
	sources(t, func(path, text string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			summary, ok := summaryOf(node)
			if !ok {
				return true
			}
			found++
			known := slices.ContainsFunc(messages, func(message string) bool {
				before, _, _ := strings.Cut(message, "…")
				return message == summary || before != message && before != "" && strings.HasPrefix(summary, before)
			})
			if !known && !obvious.MatchString(summary) {
				t.Errorf("%s: the troubleshooting guide does not explain %q", path, summary)
			}
			return true
		})
	})
	if found < 50 {
		t.Errorf("only %d summaries were found", found)
	}
}

// summaryOf returns the text, or its first part, that a call gives to a diagnostic as its summary.
func summaryOf(node ast.Node) (string, bool) {
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return "", false
	}
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	at := map[string]int{
		"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
		"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
	}
	n, ok := at[function.Sel.Name]
	if !ok || len(call.Args) <= n {
		return "", false
	}
	argument := call.Args[n]
	for {
		switch a := argument.(type) {
		case *ast.BinaryExpr:
			argument = a.X
			continue
		case *ast.BasicLit:
			text, err := strconv.Unquote(a.Value)
			return text, err == nil
		}
		return "", false
	}
}
