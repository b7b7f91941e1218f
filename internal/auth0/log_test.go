package auth0

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// logBuffer takes in what several goroutines write.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// logged returns a context whose log, at TRACE, goes into the buffer.
func logged(t *testing.T) (context.Context, *logBuffer) {
	t.Helper()
	var b logBuffer
	return tflogtest.RootLogger(t.Context(), &b), &b
}

// entries returns the lines of a log.
func entries(t *testing.T, log string) []map[string]any {
	t.Helper()
	lines, err := tflogtest.MultilineJSONDecode(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestLog: one line for each request, with what it takes to follow a run and
// nothing that must not be seen.
func TestLog(t *testing.T) {
	t.Parallel()
	virtual(t, testLog)
}

func testLog(t *testing.T, tenant *emulator.Tenant, client *Client) {
	ctx, log := logged(t)
	const password, otherPassword, setupSecret = `Correct "horse" 1A`, "Staple & battery 2B", `vault<secret>"value"`
	setup := &VaultConnectionSetup{Domain: tenant.Domain(), ClientID: "c", ClientSecret: setupSecret}
	keyed := tenant.AddClient(emulator.Client{PublicKeys: []string{ourKey().public}})
	tenant.Grant(keyed.ID, "read:users")
	ready := tenant.Token(client.ClientID(), "read:users")
	wrong := client.credentials
	wrong.ClientSecret = "a wrong secret of somebody"

	user, err := client.CreateUser(ctx, UserOptions{Connection: emulator.DefaultDatabase}, UserAttributes{
		Profile: Profile{Email: ptr("ada.private@example.com")}, Password: ptr(password), VerifyEmail: ptr(false),
		UserMetadata: map[string]json.RawMessage{"note": json.RawMessage(`"private note"`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateVaultConnection(ctx, "forms", setup)
	if err != nil {
		t.Fatal(err)
	}
	tenant.Fail(emulator.Fault{Method: "PATCH", Status: 500, Body: `{"statusCode":500,"message":"` + setupSecret + `"}`})
	tenant.Fail(emulator.Fault{Method: "DELETE", Drop: true})
	_, _, searched := client.SearchUsers(ctx, `email:"ada.private@example.com"`)
	for name, err := range map[string]error{
		"read":        errorOf(client.GetUser(ctx, user.ID)),
		"by email":    errorOf(client.UsersByEmail(ctx, "ada.private@example.com")),
		"search":      searched,
		"batch":       errorOf(client.LookupUser(ctx, user.ID, LastKnown{})),
		"list":        errorOf(client.LookupVaultConnections(ctx)),
		"verify":      errorOf(client.Verify(ctx, nil)),
		"ready token": errorOf(another(client, Credentials{Domain: tenant.Domain(), Token: ready}).GetUser(ctx, user.ID)),
		"key":         errorOf(another(client, Credentials{Domain: tenant.Domain(), ClientID: keyed.ID, PrivateKey: ourKey().pkcs8}).Token(ctx)),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := errorOf(client.UpdateUser(ctx, user.ID, UserAttributes{Password: ptr(otherPassword)})); err == nil {
		t.Error("the password was changed")
	}
	if err := errors.Join(errorOf(client.UpdateVaultConnection(ctx, made.ID, nil, setup)),
		client.DeleteVaultConnection(ctx, made.ID)); err != nil {
		t.Error(err)
	}
	if errorOf(another(client, wrong).Token(ctx)) == nil {
		t.Error("a wrong secret was accepted")
	}
	if errorOf(another(client, Credentials{Domain: "nowhere.example", Token: ready}).GetUser(ctx, user.ID)) == nil {
		t.Error("a host that does not exist has answered")
	}

	text := log.String()
	secrets := []string{
		client.credentials.ClientSecret, wrong.ClientSecret, keyed.Secret, ready, password, otherPassword, setupSecret,
		"ada.private", "private note", "client_assertion", "BEGIN PRIVATE KEY", "Bearer ",
	}
	for _, r := range tenant.Requests() {
		if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			secrets = append(secrets, token)
		}
		if r.Path == "/oauth/token" {
			if assertion := form(t, r).Get("client_assertion"); assertion != "" {
				secrets = append(secrets, assertion)
			}
		}
	}
	for _, secret := range secrets {
		for _, written := range []string{secret, jsonForm(secret, true), jsonForm(secret, false), jsonForm(jsonForm(secret, true), true)} {
			if strings.Contains(text, written) {
				t.Errorf("the log holds %q", secret)
			}
		}
	}

	known := []string{
		"@level", "@message", "@module", "method", "host", "path", "status", "duration_ms",
		"tenant", "wait_ms", "requests", "limited", "repeated", "waited_seconds", "longest_wait_seconds", "waiting", "lowest_remaining",
	}
	answered := map[string]int{}
	for _, entry := range entries(t, text) {
		for key := range entry {
			if !slices.Contains(known, key) {
				t.Errorf("a line has the field %q: %v", key, entry)
			}
		}
		if level := entry["@level"]; level != "debug" && level != "info" {
			t.Errorf("a line of level %v: %v", level, entry)
		}
		if entry["@message"] == "Auth0 answered" {
			answered[fmt.Sprint(entry["method"], " ", entry["host"], entry["path"], " ", entry["status"])]++
			if _, ok := entry["duration_ms"].(float64); !ok {
				t.Errorf("a line without its duration: %v", entry)
			}
		}
	}
	want := map[string]int{}
	for _, r := range tenant.Requests() {
		if r.Status != 0 {
			want[fmt.Sprint(r.Method, " ", r.Host, r.Path, " ", r.Status)]++
		}
	}
	for line, n := range want {
		if answered[line] != n {
			t.Errorf("%d lines say %q, expected %d", answered[line], line, n)
		}
	}
	if len(answered) != len(want) {
		t.Errorf("the log knows %v, the tenant %v", answered, want)
	}
}
