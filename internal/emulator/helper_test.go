package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"sort"
	"strings"
	"testing"
)

// fixture is a tenant with a client that may do everything, and an HTTP client that reaches it.
type fixture struct {
	t        *testing.T
	emulator *Emulator
	tenant   *Tenant
	client   Client
	http     *http.Client
	token    string
}

// newFixture returns a fixture that is reached without a network. In synctest.Test it lives in virtual time.
func newFixture(t *testing.T, o Options) *fixture {
	t.Helper()
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return enter(t, e)
}

// newServed returns a fixture that is reached through the proxy.
func newServed(t *testing.T, o Options) *fixture {
	t.Helper()
	e, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return enter(t, e)
}

// enter adds a client to the first tenant.
func enter(t *testing.T, e *Emulator) *fixture {
	t.Helper()
	tenant := e.Tenant("acme.eu.auth0.com")
	tenant.Configure(func(b *Behavior) { // tests about something else do not wait
		if b.Limits.Management == (Bucket{}) {
			b.Limits.Management, b.Limits.Token = Bucket{Burst: 9999, Sustained: 9999}, Bucket{Burst: 9999, Sustained: 9999}
		}
	})
	c := tenant.AddClient(Client{Name: "admin"})
	tenant.Grant(c.ID, managementScopes...)
	return &fixture{
		t: t, emulator: e, tenant: tenant, client: c,
		http:  &http.Client{Transport: e.Transport()},
		token: tenant.Token(c.ID, managementScopes...),
	}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any // when the body is an object
	list   []any          // when it is an array
}

func (w *fixture) send(method, path, body string, edit ...func(*http.Request)) answer {
	w.t.Helper()
	a, err := w.try(method, path, body, edit...)
	if err != nil {
		w.t.Errorf("%s %s: %v", method, path, err)
	}
	return a
}

// expect sends a request and fails unless the answer has a status and says something. What begins with a bracket is the
// whole body.
func (w *fixture) expect(method, path, body string, status int, says string, edit ...func(*http.Request)) answer {
	w.t.Helper()
	a := w.send(method, path, body, edit...)
	whole := strings.HasPrefix(says, "[")
	if a.status != status || whole && a.raw != says || !strings.Contains(a.raw, says) {
		w.t.Errorf("%s %s %s: %d %s, want %d %s", method, path, body, a.status, a.raw, status, says)
	}
	return a
}

func (w *fixture) try(method, path, body string, edit ...func(*http.Request)) (answer, error) {
	w.t.Helper()
	req, err := http.NewRequest(method, "https://"+w.tenant.Domain()+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body == "" {
		req.Body = nil
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	for _, f := range edit {
		f(req)
	}
	resp, err := w.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if err != nil {
		return a, err
	}
	_ = json.Unmarshal(raw, &a.body)
	_ = json.Unmarshal(raw, &a.list)
	return a, nil
}

func (w *fixture) askToken(form url.Values, edit ...func(*http.Request)) answer {
	w.t.Helper()
	edit = append([]func(*http.Request){func(r *http.Request) {
		r.Header.Del("Authorization")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}}, edit...)
	return w.send("POST", "/oauth/token", form.Encode(), edit...)
}

// keys are the sorted keys of an object.
func keys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func wantKeys(t *testing.T, m map[string]any, want string) {
	t.Helper()
	w := strings.Fields(want)
	sort.Strings(w)
	if got := keys(m); !reflect.DeepEqual(got, w) {
		t.Errorf("keys %v, want %v", got, w)
	}
}

// order is the order of the top-level keys of a JSON object.
func order(t *testing.T, raw string) []string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader([]byte(raw)))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	var out []string
	for dec.More() {
		k, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, k.(string))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func docText(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		names = append(names, t.Field(i).Name)
	}
	return names
}
