package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkRequests measures what one request costs the server, without the network.
func BenchmarkRequests(b *testing.B) {
	e, err := Start(Options{Behavior: Behavior{Limits: Limits{None: true}}})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	t := e.Tenant("acme.eu.auth0.com")
	c := t.AddClient(Client{})
	token := t.Token(c.ID, managementScopes...)
	for i := range 1000 {
		t.AddUser(User{ID: fmt.Sprint("u", i), Email: fmt.Sprint("u", i, "@example.com"), UserMetadata: map[string]any{"plan": "gold"}})
	}
	serve := func(method, path, body string) int {
		r := httptest.NewRequest(method, "https://acme.eu.auth0.com"+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		t.serve(w, r, "acme.eu.auth0.com")
		return w.Code
	}
	for name, run := range map[string]func(i int) int{
		"read":   func(int) int { return serve("GET", "/api/v2/users/auth0%7Cu1", "") },
		"page":   func(int) int { return serve("GET", "/api/v2/users?per_page=100&include_totals=true", "") },
		"update": func(int) int { return serve("PATCH", "/api/v2/users/auth0%7Cu1", `{"user_metadata":{"plan":"gold"}}`) },
		"create": func(int) int {
			return serve("POST", "/api/v2/users",
				fmt.Sprintf(`{"connection":"Username-Password-Authentication","email":"%s@example.com","password":"passpass$12$12"}`, randomID("", 20)))
		},
	} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if code := run(i); code != http.StatusOK && code != http.StatusCreated {
					b.Fatal(code)
				}
			}
		})
	}
}
