package search

import (
	"unicode"
)

// pattern is a text with wildcards: * for any run of characters, ? for one.
type pattern []patternRune

type patternRune struct {
	r    rune
	wild bool
}

// literals counts the plain characters.
func (p pattern) literals() int {
	n := 0
	for _, r := range p {
		if !r.wild {
			n++
		}
	}
	return n
}

func (p pattern) lower() pattern {
	out := make(pattern, len(p))
	for i, r := range p {
		out[i] = patternRune{unicode.ToLower(r.r), r.wild}
	}
	return out
}

// match compares from left to right. When something does not fit, the last * takes one character more.
func (p pattern) match(text string) bool {
	s := []rune(text)
	at, i := 0, 0
	star, resume := -1, 0
	for i < len(s) {
		switch {
		case at < len(p) && p[at].wild && p[at].r == '*':
			star, resume = at, i
			at++
		case at < len(p) && (p[at].wild || p[at].r == s[i]):
			at++
			i++
		case star >= 0:
			resume++
			at, i = star+1, resume
		default:
			return false
		}
	}
	for at < len(p) && p[at].wild && p[at].r == '*' {
		at++
	}
	return at == len(p)
}

// Glob matches a pattern in which only * is special.
func Glob(s, text string) bool {
	var p pattern
	for _, r := range s {
		p = append(p, patternRune{r, r == '*'})
	}
	return p.match(text)
}
