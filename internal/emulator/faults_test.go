package emulator

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaults(t *testing.T) {
	w := newFixture(t, Options{})
	create := `{"app_id":"HTTP","name":"n"}`
	w.tenant.Fail(Fault{Method: "POST", Path: vaultPath, Status: 500, Body: `{"statusCode":500}`, Header: http.Header{"Retry-After": {"1"}}})
	if a := w.send("POST", vaultPath, create); a.status != 500 || a.raw != `{"statusCode":500}` || a.header.Get("Retry-After") != "1" ||
		len(w.tenant.VaultConnections()) != 0 {
		t.Error(a.status, a.raw)
	}
	w.expect("POST", vaultPath, create, 201, "")
	w.tenant.Fail(Fault{Method: "POST", Path: "/api/v2/flows/*", Status: 502, AfterCommit: true, Skip: 1, Times: 2})
	for i, want := range []int{201, 502, 502, 201} {
		if a := w.send("POST", vaultPath, create); a.status != want || len(w.tenant.VaultConnections()) != i+2 {
			t.Error(i, a.status)
		}
	}
	log := w.tenant.Requests()
	if last := log[len(log)-1]; string(last.RequestBody) != create {
		t.Error(last)
	}
	w.tenant.Fail(Fault{Status: 503, Times: -1})
	for range 3 {
		w.expect("GET", vaultPath, "", 503, "")
	}
	if len(w.tenant.Faults()) != 1 {
		t.Error(w.tenant.Faults())
	}
	w.tenant.ForgetFaults()
	w.tenant.ForgetRequests()
	if a := w.send("GET", vaultPath, ""); a.status != 200 || len(w.tenant.Requests()) != 1 {
		t.Error(a.status)
	}
}

func TestHookActsInBetween(t *testing.T) {
	w := newFixture(t, Options{})
	v := w.tenant.AddVaultConnection(VaultConnection{AppID: "HTTP", Name: "n"})
	w.tenant.OnRequest(func(r Request) {
		if r.Method == "PATCH" {
			w.tenant.DeleteVaultConnection(v.ID)
		}
	})
	w.expect("GET", vaultPath+"/"+v.ID, "", 200, "")
	w.expect("PATCH", vaultPath+"/"+v.ID, `{"name":"x"}`, 404, "")
	w.tenant.OnRequest(nil)
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFixture(t, Options{Behavior: Behavior{Latency: Latency{Median: time.Minute}}})
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				start := time.Now()
				w.send("GET", vaultPath, "")
				if took := time.Since(start); took != time.Minute {
					t.Error(took)
				}
			})
		}
		wg.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := w.try("GET", vaultPath, "", func(r *http.Request) { *r = *r.WithContext(ctx) }); err == nil {
			t.Error("want the client's timeout")
		}
		w.tenant.Configure(func(b *Behavior) { b.Latency = Latency{} })
		w.tenant.Fail(Fault{Delay: time.Hour})
		start := time.Now()
		if a := w.send("GET", vaultPath, ""); a.status != 200 || time.Since(start) != time.Hour {
			t.Error(a.status, time.Since(start))
		}
	})
	varied := map[time.Duration]bool{}
	for range 10 {
		varied[Latency{Median: time.Second, Sigma: 0.4}.pause()] = true
	}
	if len(varied) < 2 {
		t.Error("no spread")
	}
}

func TestCompression(t *testing.T) {
	w := newServed(t, Options{})
	gzipped := func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") }
	for path, want := range map[string]bool{vaultPath: true, vaultPath + "/" + shortUUID("ac_"): true, vaultPath + "?page=x": false} {
		a := w.send("GET", path, "", gzipped)
		if (a.header.Get("Content-Encoding") == "gzip") != want {
			t.Error(path, a.header)
			continue
		}
		if want {
			z, err := gzip.NewReader(strings.NewReader(a.raw))
			if err != nil {
				t.Fatal(err)
			}
			if raw, err := io.ReadAll(z); err != nil || len(raw) == 0 {
				t.Error(err)
			}
		}
	}
	w.tenant.Configure(func(b *Behavior) { b.NoGzip = true })
	if a := w.send("GET", vaultPath, "", gzipped); a.header.Get("Content-Encoding") != "" {
		t.Error(a.header)
	}
}

// TestEverybodyAtOnce is for the race detector.
func TestEverybodyAtOnce(t *testing.T) {
	w := newServed(t, Options{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			body := `{"connection":"Username-Password-Authentication","email":"u` + string(rune(
				'a'+i)) + `@example.com","password":"passpass$12$12"}`
			for range 5 {
				a := w.send("POST", usersPath, body)
				w.send("GET", usersPath+"?q=email:u*", "")
				if id, ok := a.body["user_id"].(string); ok {
					w.send("PATCH", usersPath+"/"+strings.ReplaceAll(id, "|", "%7C"), `{"user_metadata":{"a":1}}`)
					w.tenant.EditUser(id, func(u *User) { u.UserMetadata["b"] = 2.0 })
					w.tenant.DeleteUser(id)
				}
			}
		})
		wg.Go(func() {
			for range 5 {
				w.tenant.Configure(func(b *Behavior) { b.OldestFirst = i%2 == 0 })
				v := w.tenant.AddVaultConnection(VaultConnection{AppID: "HTTP", Name: "n"})
				w.send("PATCH", vaultPath+"/"+v.ID, `{"name":"x"}`)
				w.tenant.RefreshVaultToken(v.ID)
				_ = w.tenant.Requests()
				_ = w.emulator.Tenant("t" + string(rune('a'+i)) + ".auth0.com").Users()
			}
		})
	}
	wg.Wait()
	if n := len(w.tenant.VaultConnections()); n != 40 {
		t.Error(n)
	}
}
