package emulator

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaultKinds(t *testing.T) {
	const create = `{"app_id":"HTTP","name":"n"}`
	var tested []string
	for _, c := range []struct {
		kind    string
		status  int    // 0: no answer
		says    string // in the body
		commits bool
		err     error // with status 0, or of the body
		takes   time.Duration
	}{
		{kind: "drop", err: io.EOF},
		{kind: "drop-after-commit", err: io.EOF, commits: true},
		{kind: "reset", err: syscall.ECONNRESET},
		{kind: "reset-after-commit", err: syscall.ECONNRESET, commits: true},
		{kind: "hang", err: context.DeadlineExceeded, takes: time.Hour},
		{kind: "hang-after-commit", err: context.DeadlineExceeded, takes: time.Hour, commits: true},
		{kind: "slow", status: 201, says: `"id":"ac_`, commits: true, takes: 5 * time.Second},
		{kind: "trickle", status: 201, says: `"id":"ac_`, commits: true, takes: time.Minute},
		{kind: "cut-body", status: 201, says: `{"id":"ac_`, commits: true, err: io.ErrUnexpectedEOF},
		{kind: "truncated-json", status: 201, says: `{"id":"ac_`, commits: true},
		{kind: "html-200", status: 200, says: "<html>"},
		{kind: "html-404", status: 404, says: "<html>"},
		{kind: "html-502", status: 502, says: "<html>"},
		{kind: "empty-object", status: 201, says: "{}", commits: true},
		{kind: "null", status: 201, says: "null", commits: true},
		{kind: "empty-body", status: 201, commits: true},
		{kind: "wrong-content-type", status: 201, says: `{"id":"ac_`, commits: true},
		{kind: "other-object", status: 201, says: `"id":"ac_`, commits: true},
		{kind: "huge-body", status: 201, says: strings.Repeat(" ", 1000), commits: true},
		{kind: "redirect", status: 302},
		{kind: "endless-list", status: 201, says: `"id":"ac_`, commits: true},
		{kind: "204-with-body", status: 204, says: "{"},
		{kind: "200-without-effect", status: 200, says: "{}"},
		{kind: "400", status: 400, says: `"statusCode":400`},
		{kind: "401", status: 401, says: `"statusCode":401`},
		{kind: "403", status: 403, says: `"statusCode":403`},
		{kind: "404", status: 404, says: `"statusCode":404`},
		{kind: "409", status: 409, says: `"statusCode":409`},
		{kind: "429", status: 429, says: "Global limit"},
		{kind: "500", status: 500, says: "internal server error"},
		{kind: "500-after-commit", status: 500, says: "internal server error", commits: true},
		{kind: "502", status: 502, says: `"statusCode":502`},
		{kind: "502-after-commit", status: 502, says: `"statusCode":502`, commits: true},
		{kind: "503", status: 503, says: `"statusCode":503`},
		{kind: "503-after-commit", status: 503, says: `"statusCode":503`, commits: true},
		{kind: "504", status: 504, says: `"statusCode":504`},
		{kind: "504-after-commit", status: 504, says: `"statusCode":504`, commits: true},
	} {
		tested = append(tested, c.kind)
		t.Run(c.kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFixture(t, Options{})
				w.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				w.tenant.Fail(Fault{Kind: c.kind, Method: "POST"})
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				a, err := w.try("POST", vaultPath, create, func(r *http.Request) { *r = *r.WithContext(ctx) })
				if a.status != c.status || !strings.Contains(a.raw, c.says) || !errors.Is(err, c.err) {
					t.Errorf("%d %.200s %v", a.status, a.raw, err)
				}
				if stored := len(w.tenant.VaultConnections()) == 1; stored != c.commits {
					t.Error("commits:", stored)
				}
				if took := time.Since(start); took < c.takes || c.takes == 0 && took > time.Second {
					t.Error("takes", took)
				}
				if log := w.tenant.Requests(); log[0].Fault != c.kind || log[0].Status != c.status {
					t.Error(log[0].Fault, log[0].Status)
				}
				if c.kind == "other-object" && strings.Contains(a.raw, w.tenant.VaultConnections()[0].ID) {
					t.Error(a.raw)
				}
				if a, err := w.try("GET", vaultPath, ""); err != nil || a.status != 200 {
					t.Error("a fault strikes once:", a.status, err)
				}
			})
		})
	}
	if !slices.Equal(tested, FaultKinds()) {
		t.Error("tested are", tested)
	}
	for _, bad := range []Fault{{Kind: "nonsense"}, {Probability: 2}} {
		if err := newFixture(t, Options{}).tenant.fail(bad); err == nil {
			t.Error("want an error", bad)
		}
	}
}

func TestEndlessList(t *testing.T) {
	w := newFixture(t, Options{})
	for range 3 {
		w.tenant.AddUser(User{Email: randomID("u", 8) + "@example.com"})
	}
	w.tenant.Fail(Fault{Kind: "endless-list", Times: -1})
	for path, want := range map[string]int{
		usersPath + "?include_totals=true&per_page=10&page=7": 10, usersPath: 50, clientsPath + "?take=4": 4,
		clientsPath + "?take=4&from=" + endlessCheckpoint: 4,
	} {
		a := w.send("GET", path, "")
		items := a.list
		for _, k := range []string{"users", "clients"} {
			if list, ok := a.body[k].([]any); ok {
				items = list
			}
		}
		more := a.body == nil || a.body["next"] != nil || a.body["total"].(float64) > 1e5
		if a.status != 200 || len(items) != want || !more {
			t.Errorf("%s: %d, %d items, %.100s", path, a.status, len(items), a.raw)
		}
	}
}

func TestFaultsOverTheNetwork(t *testing.T) {
	w := newServed(t, Options{})
	for kind, wanted := range map[string]string{"reset": "reset", "drop": "", "cut-body": "", "hang": "deadline"} {
		w.tenant.Fail(Fault{Kind: kind})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, err := w.try("DELETE", clientsPath+"/nobody?kind="+kind, "", func(r *http.Request) { r.Method = "GET"; *r = *r.WithContext(ctx) })
		cancel()
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Error(kind, err)
		}
	}
	w.tenant.Fail(Fault{Kind: "trickle", Trickle: time.Microsecond})
	w.expect("GET", vaultPath, "", 200, "[]")
}

func TestRandomFaults(t *testing.T) {
	count := func(seed uint64) map[string]int {
		w := newFixture(t, Options{})
		w.tenant.Chaos(seed)
		for range 1000 {
			_, _ = w.try("GET", vaultPath, "")
		}
		kinds := map[string]int{}
		for _, r := range w.tenant.Requests() {
			kinds[r.Fault]++
		}
		return kinds
	}
	first := count(1)
	for kind, want := range map[string]int{"drop-after-commit": 100, "500": 100, "reset": 50, "429": 50, "": 700} {
		if n := first[kind]; n < want*2/3 || n > want*4/3 {
			t.Errorf("%s: %d, want about %d", kind, n, want)
		}
	}
	if second := count(1); !maps.Equal(second, first) {
		t.Error("the same seed gives the same faults", first, second)
	}
	if other := count(2); maps.Equal(other, first) {
		t.Error("another seed gives other faults", other)
	}
}
