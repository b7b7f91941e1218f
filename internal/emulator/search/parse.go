package search

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A query is a tree of the part of Lucene's syntax that user search takes.
type query interface{ isQuery() }

type (
	queryAnd []query
	queryOr  []query
	queryNot struct{ of query }
	// queryTerm is field:value; an empty field means every field.
	queryTerm struct {
		field string
		value string
		// pattern is the value when it has wildcards.
		pattern pattern
		quoted  bool
	}
	// queryRange is field:[from TO to]; "*" is an open end.
	queryRange struct {
		field            string
		from, to         string
		fromOpen, toOpen bool // exclusive
	}
	// queryExists is _exists_:field.
	queryExists struct{ field string }
)

func (queryAnd) isQuery()    {}
func (queryOr) isQuery()     {}
func (queryNot) isQuery()    {}
func (queryTerm) isQuery()   {}
func (queryRange) isQuery()  {}
func (queryExists) isQuery() {}

// parse reads a query. An empty one matches everything.
func parse(s string) (query, error) {
	p := &queryParser{rest: s}
	p.space()
	if p.rest == "" {
		return queryAnd{}, nil
	}
	q, err := p.or("", 0)
	if err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, fmt.Errorf("unexpected %q", firstRune(p.rest))
	}
	return q, nil
}

// maxDepth bounds how deep parentheses and NOTs nest.
const maxDepth = 50

type queryParser struct{ rest string }

func (p *queryParser) space() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

// or reads alternatives. Two clauses without an operator between them are alternatives too, as in Lucene.
func (p *queryParser) or(field string, depth int) (query, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the query is nested too deeply")
	}
	var all queryOr
	for {
		q, err := p.and(field, depth)
		if err != nil {
			return nil, err
		}
		all = append(all, q)
		if p.word("OR") || p.symbol("||") {
			continue
		}
		if p.rest == "" || p.rest[0] == ')' {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *queryParser) and(field string, depth int) (query, error) {
	var all queryAnd
	for {
		q, err := p.unary(field, depth)
		if err != nil {
			return nil, err
		}
		all = append(all, q)
		if !p.word("AND") && !p.symbol("&&") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *queryParser) unary(field string, depth int) (query, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the query is nested too deeply")
	}
	switch {
	case p.word("NOT") || p.symbol("!") || p.symbol("-"):
		q, err := p.unary(field, depth+1)
		return queryNot{q}, err
	case p.symbol("+"):
		return p.unary(field, depth+1)
	case p.symbol("("):
		q, err := p.or(field, depth+1)
		if err == nil && !p.symbol(")") {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return q, err
	}
	return p.clause(field, depth)
}

// clause reads field:value, or a value of the field that a group belongs to.
func (p *queryParser) clause(field string, depth int) (query, error) {
	if name, ok := p.fieldName(); ok {
		if field != "" {
			return nil, fmt.Errorf("the field %s stands inside a group of %s", name, field)
		}
		if name == "_exists_" {
			of, _, err := p.term()
			if err == nil && of == "" {
				err = fmt.Errorf("_exists_ needs a field")
			}
			p.space()
			return queryExists{of}, err
		}
		if p.symbol("(") {
			q, err := p.or(name, depth+1)
			if err == nil && !p.symbol(")") {
				err = fmt.Errorf("a parenthesis is not closed")
			}
			return q, err
		}
		field = name
	}
	switch {
	case p.rest == "":
		return nil, fmt.Errorf("a value is missing")
	case p.rest[0] == '"':
		return p.phrase(field)
	case p.rest[0] == '[' || p.rest[0] == '{':
		return p.span(field)
	case p.rest[0] == '>' || p.rest[0] == '<':
		return p.comparison(field)
	}
	value, wildcards, err := p.term()
	if err != nil {
		return nil, err
	}
	switch {
	case value == "" && wildcards == nil:
		return nil, fmt.Errorf("unexpected %q", firstRune(p.rest))
	case value == "AND" || value == "OR" || value == "NOT":
		return nil, fmt.Errorf("%s stands where a value is expected", value)
	}
	p.space()
	return queryTerm{field: field, value: value, pattern: wildcards}, nil
}

// fieldName reads a name and its colon, if there is one.
func (p *queryParser) fieldName() (string, bool) {
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == ':' && i > 0:
			name := p.rest[:i]
			p.rest = p.rest[i+1:]
			p.space()
			return strings.ReplaceAll(name, `\`, ""), true
		case c == '\\' && i+1 < len(p.rest):
			i++
		case c == '.' || c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf:
		default:
			return "", false
		}
	}
	return "", false
}

// phrase reads a quoted value.
func (p *queryParser) phrase(field string) (query, error) {
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		case c == '"':
			p.rest = p.rest[i+1:]
			p.space()
			return queryTerm{field: field, value: b.String(), quoted: true}, nil
		default:
			b.WriteByte(c)
		}
	}
	return nil, fmt.Errorf("a quote is not closed")
}

// term reads an unquoted value up to a space or a character with a meaning.
func (p *queryParser) term() (value string, wildcards pattern, err error) {
	var all strings.Builder
	var pat pattern
	wild, escaped := false, false
	end := len(p.rest)
loop:
	for i, c := range p.rest {
		if escaped {
			escaped = false
			pat = append(pat, patternRune{r: c})
			all.WriteRune(c)
			continue
		}
		switch c {
		case '\\':
			escaped = true
		case '*', '?':
			pat = append(pat, patternRune{r: c, wild: true})
			all.WriteRune(c)
			wild = true
		case ' ', '\t', '\n', '\r', ')', '(':
			end = i
			break loop
		case '"', '[', ']', '{', '}', '^', '~', '/', ':':
			return "", nil, fmt.Errorf("unexpected %q; put it in quotes or behind a backslash", string(c))
		default:
			pat = append(pat, patternRune{r: c})
			all.WriteRune(c)
		}
	}
	if escaped {
		return "", nil, fmt.Errorf("nothing follows a backslash")
	}
	p.rest = p.rest[end:]
	if !wild {
		pat = nil
	}
	return all.String(), pat, nil
}

// span reads [a TO b], with brackets for inclusive and braces for exclusive ends.
func (p *queryParser) span(field string) (query, error) {
	end := strings.IndexAny(p.rest, "]}")
	if end < 0 {
		return nil, fmt.Errorf("a range is not closed")
	}
	from, to, ok := strings.Cut(p.rest[1:end], " TO ")
	if !ok {
		return nil, fmt.Errorf("a range needs TO between its ends")
	}
	q := queryRange{
		field: field, from: bound(from), to: bound(to),
		fromOpen: p.rest[0] == '{', toOpen: p.rest[end] == '}',
	}
	p.rest = p.rest[end+1:]
	p.space()
	if q.from == "" || q.to == "" {
		return nil, fmt.Errorf("a range needs two ends; * leaves one open")
	}
	return q, nil
}

func bound(s string) string { return strings.Trim(strings.TrimSpace(s), `"`) }

// comparison reads >a, >=a, <a and <=a.
func (p *queryParser) comparison(field string) (query, error) {
	less := p.rest[0] == '<'
	p.rest = p.rest[1:]
	inclusive := strings.HasPrefix(p.rest, "=")
	p.rest = strings.TrimPrefix(p.rest, "=")
	value, wildcards, err := p.term()
	if err != nil {
		return nil, err
	}
	if value == "" || wildcards != nil {
		return nil, fmt.Errorf("a comparison needs a value")
	}
	p.space()
	if less {
		return queryRange{field: field, from: "*", to: value, toOpen: !inclusive}, nil
	}
	return queryRange{field: field, from: value, to: "*", fromOpen: !inclusive}, nil
}

// word takes an operator that is written as a word of its own.
func (p *queryParser) word(w string) bool {
	after, ok := strings.CutPrefix(p.rest, w)
	if !ok || after != "" && !strings.ContainsRune(" \t\r\n(", rune(after[0])) {
		return false
	}
	p.rest = after
	p.space()
	return true
}

func (p *queryParser) symbol(s string) bool {
	after, ok := strings.CutPrefix(p.rest, s)
	if ok {
		p.rest = after
		p.space()
	}
	return ok
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return "end of query"
}
