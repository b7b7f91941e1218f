package emulator

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// FuzzControl: the control endpoint answers every request in JSON, and whatever it has accepted, the tenant answers the next
// request without a panic.
func FuzzControl(f *testing.F) {
	f.Add("GET ", "", "")
	f.Add("POST seed", "",
		`{"tenant":"a.auth0.com","clients":[{"id":"one","secret":"s","scopes":["read:users"]}],"users":[{"id":"ada","email":"a@b.c"}],`+
			`"plan":"free"}`)
	f.Add("POST seed", "",
		`{"flows":[{"name":"f","actions":[{"id":"a"}]}],"vault_connections":[{"app_id":"AUTH0","name":"v","setup":{"type":"OAUTH_APP"}}],`+
			`"behavior":{"search_delay":"1.5s"}}`)
	f.Add("POST faults", "seed=1",
		`[{"kind":"500","times":-1},{"status":200,"body":"{}","header":{"Content-Type":["text/html"]},"probability":0.5}]`)
	f.Add("POST faults", "", `{"path":"/*","size":100,"truncate":true,"no_body":true,"times":-1}`)
	f.Add("POST faults", "", `{"status":99}`)
	f.Add("POST faults", "", `{"size":9000000000000000000}`)
	f.Add("POST faults", "", `{"status":200,"header":{"a b\r\n":["\u0000"]}}`)
	f.Add("POST behavior", "", `{"account_name":"mask","limits":{"management":{"burst":-1,"count":0,"per":"0s"}}}`)
	f.Add("POST chaos", "seed=x", "")
	f.Add("POST plan", "name=free", "")
	f.Add("DELETE users", "id=auth0|ada", "")
	f.Add("POST vault/refresh", "id=ac_1", "")
	known := slices.Collect(maps.Keys(controls))
	f.Fuzz(func(t *testing.T, action, query, body string) {
		if slices.Contains(known, action) {
			synctest.Test(t, func(t *testing.T) { useControl(t, action, query, body) }) // a fault may wait for hours
		}
	})
}

// useControl sends a request to the control endpoint of a new emulator, and then one to each of its tenants.
func useControl(t *testing.T, action, query, body string) {
	e, err := New(Options{ControlToken: "t"})
	if err != nil {
		t.Fatal(err)
	}
	method, path, _ := strings.Cut(action, " ")
	r := httptest.NewRequest(method, "http://localhost"+controlPrefix+"/"+path, strings.NewReader(body))
	r.URL.RawQuery = query
	r.Header.Set("Authorization", "Bearer t")
	w := httptest.NewRecorder()
	e.serveControl(w, r)
	if !json.Valid(w.Body.Bytes()) || w.Code >= http.StatusInternalServerError {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, tenant := range e.Tenants() {
		u := url.URL{Scheme: "https", Host: tenant.Domain(), Path: "/api/v2/users"}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
		if err != nil {
			t.Fatalf("a tenant whose domain is none: %q", tenant.Domain())
		}
		if resp, err := e.Transport().RoundTrip(r); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode < 200 || resp.StatusCode > 599 {
				t.Errorf("status %d", resp.StatusCode)
			}
		}
	}
}
