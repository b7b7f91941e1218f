package function

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// parseJSON returns a JSON text as Go has it, numbers as they are written, or what
// is wrong with the text, as a sentence.
func parseJSON(text string) (value any, problem string) {
	if strings.TrimSpace(text) == "" {
		return nil, "The text is empty."
	}
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		return nil, syntaxProblem(text, err)
	}
	p := &parser{text: text, decoder: json.NewDecoder(strings.NewReader(text))}
	p.decoder.UseNumber()
	value = p.value()
	return value, p.problem
}

func syntaxProblem(text string, err error) string {
	if strings.HasSuffix(text, ".json") && !strings.Contains(text, "\n") {
		return fmt.Sprintf("The text is the name of a file. Pass the content of the file: file(%q).", text)
	}
	offset := len(text)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && !strings.HasPrefix(syntax.Error(), "unexpected end") {
		offset = int(syntax.Offset) - 1
	}
	return fmt.Sprintf("The text is not valid JSON: %s: %v.", position(text, offset), err)
}

// parser reads a valid JSON text. It refuses an object that has a key twice, of
// which encoding/json would silently drop the first.
type parser struct {
	text    string
	decoder *json.Decoder
	problem string
}

func (p *parser) value() any {
	switch token := p.next(); token {
	case json.Delim('['):
		list := []any{}
		for p.decoder.More() {
			list = append(list, p.value())
		}
		p.next()
		return list
	case json.Delim('{'):
		object := map[string]any{}
		for p.decoder.More() {
			offset := int(p.decoder.InputOffset())
			key, _ := p.next().(string)
			if _, ok := object[key]; ok && p.problem == "" {
				offset = len(p.text) - len(strings.TrimLeft(p.text[offset:], " \t\r\n,"))
				p.problem = fmt.Sprintf("The text has the key %q twice in one JSON object: %s.", key, position(p.text, offset))
			}
			object[key] = p.value()
		}
		p.next()
		return object
	default:
		return token
	}
}

// next returns the next token. The text is valid, so there is one.
func (p *parser) next() json.Token {
	token, err := p.decoder.Token()
	if err != nil && p.problem == "" {
		p.problem = fmt.Sprintf("The text is not valid JSON: %v.", err)
	}
	return token
}

// position returns the line and the column, in characters, of the byte at an offset.
func position(text string, offset int) string {
	before := text[:min(max(offset, 0), len(text))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}

// collectStrings adds all strings of a value, the keys of objects left out.
func collectStrings(value any, into map[string]bool) {
	switch value := value.(type) {
	case string:
		into[value] = true
	case []any:
		for _, element := range value {
			collectStrings(element, into)
		}
	case map[string]any:
		for _, member := range value {
			collectStrings(member, into)
		}
	}
}

func isA[T any](value any) bool { _, ok := value.(T); return ok }

func stringAt(object map[string]any, name string) string {
	s, _ := object[name].(string)
	return s
}

// join adds a name to a path such as flows["#FLOW-1#"].actions[0].
func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// listOf quotes names for a message.
func listOf(names []string) string {
	quoted := make([]string, 0, len(names))
	for _, name := range names {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return strings.Join(quoted, ", ")
}
