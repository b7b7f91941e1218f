package acctest

import (
	"fmt"
	"maps"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Attributes are attributes as a configuration gives them: strings, numbers,
// booleans, lists, maps and objects (Attributes again) of these, nil, or Unknown.
type Attributes map[string]any

// With returns a copy with some attributes changed.
func (a Attributes) With(changed Attributes) Attributes {
	out := maps.Clone(a)
	if out == nil {
		out = Attributes{}
	}
	maps.Copy(out, changed)
	return out
}

// Without returns a copy that lacks some attributes.
func (a Attributes) Without(names ...string) Attributes {
	out := maps.Clone(a)
	for _, name := range names {
		delete(out, name)
	}
	return out
}

type unknownValue struct{}

// Unknown stands for a value that is known only after the apply of something else.
var Unknown = unknownValue{}

// Value turns what a test writes down into a value of a type.
func Value(t testing.TB, kind tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(kind, nil)
	case tftypes.Value:
		return v
	case unknownValue:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(kind, big.NewFloat(float64(v)))
	case []string:
		var elements []any
		for _, element := range v {
			elements = append(elements, element)
		}
		return list(t, kind, elements)
	case []any:
		return list(t, kind, v)
	case map[string]string:
		elements := map[string]any{}
		for key, element := range v {
			elements[key] = element
		}
		return object(t, kind, elements)
	case map[string]any:
		return object(t, kind, v)
	case Attributes:
		return object(t, kind, v)
	}
	return tftypes.NewValue(kind, v)
}

func list(t testing.TB, kind tftypes.Type, in []any) tftypes.Value {
	t.Helper()
	var of tftypes.Type
	switch kind := kind.(type) {
	case tftypes.List:
		of = kind.ElementType
	case tftypes.Set:
		of = kind.ElementType
	default:
		t.Fatalf("a list is given for %s", kind)
	}
	elements := []tftypes.Value{}
	for _, element := range in {
		elements = append(elements, Value(t, of, element))
	}
	return tftypes.NewValue(kind, elements)
}

func object(t testing.TB, kind tftypes.Type, in map[string]any) tftypes.Value {
	t.Helper()
	out := map[string]tftypes.Value{}
	switch kind := kind.(type) {
	case tftypes.Object:
		for name, attribute := range kind.AttributeTypes {
			out[name] = Value(t, attribute, in[name])
		}
		for name := range in {
			if _, ok := out[name]; !ok {
				t.Fatalf("no attribute %s", name)
			}
		}
	case tftypes.Map:
		for key, element := range in {
			out[key] = Value(t, kind.ElementType, element)
		}
	default:
		t.Fatalf("an object is given for %s", kind)
	}
	return tftypes.NewValue(kind, out)
}

// Get returns what is at a path, such as "actions", 0, "send_email", "to", as Go
// has it: a string, a boolean, an int, a []any, an Attributes, nil, or Unknown.
// Null attributes are left out of objects.
func Get(v tftypes.Value, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = members(v)[step]
		case int:
			var elements []tftypes.Value
			if v.As(&elements) != nil || step >= len(elements) {
				return nil
			}
			v = elements[step]
		}
	}
	return plain(v)
}

// members returns a copy of an object's attributes: As hands out the map itself.
func members(v tftypes.Value) map[string]tftypes.Value {
	inside := map[string]tftypes.Value{}
	if v.Type() != nil && v.IsKnown() && !v.IsNull() {
		_ = v.As(&inside)
	}
	return maps.Clone(inside)
}

func plain(v tftypes.Value) any {
	var text string
	var boolean bool
	var number big.Float
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case v.Type() == nil || v.IsNull():
		return nil
	case !v.IsKnown():
		return Unknown
	case v.As(&text) == nil:
		return text
	case v.As(&boolean) == nil:
		return boolean
	case v.As(&number) == nil:
		n, _ := number.Int64()
		return int(n)
	case v.As(&elements) == nil:
		out := []any{}
		for _, element := range elements {
			out = append(out, plain(element))
		}
		return out
	case v.As(&attributes) == nil:
		out := Attributes{}
		for name, attribute := range attributes {
			if value := plain(attribute); value != nil {
				out[name] = value
			}
		}
		return out
	}
	return fmt.Sprint(v)
}

// PathText writes a path as Terraform does: actions[1].send_email.to.
func PathText(path *tftypes.AttributePath) string {
	var out strings.Builder
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if out.Len() > 0 {
				out.WriteByte('.')
			}
			out.WriteString(string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&out, "[%d]", int64(step))
		case tftypes.ElementKeyValue:
			fmt.Fprintf(&out, "[%q]", plain(tftypes.Value(step)))
		default:
			fmt.Fprintf(&out, "[%v]", step)
		}
	}
	return out.String()
}

// differences returns the paths at which two values differ. Of what comes or goes
// as a whole it returns the one path.
func differences(a, b tftypes.Value, at string) []string {
	if a.Equal(b) {
		return nil
	}
	if a.IsNull() || b.IsNull() || !a.IsKnown() || !b.IsKnown() {
		return []string{at}
	}
	var paths []string
	var was, is []tftypes.Value
	switch {
	case a.Type().Is(tftypes.Object{}):
		before := members(a)
		for name, attribute := range members(b) {
			paths = append(paths, differences(before[name], attribute, strings.TrimPrefix(at+"."+name, "."))...)
		}
	case a.As(&was) == nil && b.As(&is) == nil && !a.Type().Is(tftypes.Set{}):
		for i := range max(len(was), len(is)) {
			if path := fmt.Sprintf("%s[%d]", at, i); i < min(len(was), len(is)) {
				paths = append(paths, differences(was[i], is[i], path)...)
			} else {
				paths = append(paths, path)
			}
		}
	default:
		paths = append(paths, at)
	}
	return paths
}
