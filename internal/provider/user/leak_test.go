package user_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// notInFolder fails if a file below a folder holds one of the secrets: the state
// as it is on disk, with private state, and its backup. Configurations and
// variables are left out: that is where the test wrote them down.
func notInFolder(folder string, secrets ...string) error {
	looked := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !bytes.Contains([]byte(entry.Name()), []byte("tfstate")) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		for _, secret := range secrets {
			if bytes.Contains(content, []byte(secret)) {
				return fmt.Errorf("%s holds the secret %q", entry.Name(), secret)
			}
		}
		return nil
	})
	if err == nil && looked == 0 {
		return fmt.Errorf("there is no state below %s", folder)
	}
	return err
}

// No log line at any level holds a password, a client's secret or a token.
func TestUserResource_logs(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", userScopes...)
	var ours, framework lockedBuffer
	ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &ours), &framework)
	run := func() *run { return newRunIn(ctx, t, tenant, keyring(client)) }

	given := ada().with(attributes{"vault_connection": through(tenant, client), "user_metadata": `{"note":"private-note"}`})
	made := run().apply(nil, given)
	r := run()
	made = r.apply(r.read(made), given.with(attributes{"password_wo": second, "name": "Ada"}))
	tenant.Fail(emulator.Fault{Method: "PATCH", Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"` + third + `"}`})
	_, _ = r.fail(made, given.with(attributes{"password_wo": third, "name": "Ada"}))
	tenant.Fail(emulator.Fault{Method: "PATCH", Drop: true})
	_, _ = r.fail(made, given.with(attributes{"password_wo": third, "name": "Ada"}))
	_, diags := r.data("auth0vault_user", attributes{"email": "ada@example.com", "vault_connection": secretless(tenant, client)})
	mustSucceed(t, diags)
	mustSucceed(t, r.destroy(made))
	rotate(tenant, client, "the-next-secret")
	_, _ = run().tryRead(made)

	text := ours.String()
	if !strings.Contains(text, "Auth0 answered") {
		t.Fatalf("nothing was logged: %s", text)
	}
	// What is no secret, and nobody's business: the framework shows it at TRACE, we at no level.
	for _, private := range []string{"private-note", "ada@example.com", "ada%40example.com"} {
		if strings.Contains(text, private) {
			t.Errorf("the log holds %q", private)
		}
	}
	text += framework.String()
	secrets := []string{strong, second, third, client.Secret, tenant.Own.Secret}
	for _, request := range tenant.Requests() {
		if token, ok := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); ok {
			secrets = append(secrets, token)
		}
	}
	if len(secrets) < 8 {
		t.Error("no request carried a token")
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// lockedBuffer takes what several goroutines log.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
