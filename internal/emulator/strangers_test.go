package emulator_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	management "github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/client"
	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/option"
	"golang.org/x/oauth2"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

const domain = "acme.eu.auth0.com"

// tenant starts an emulator with a client that may do everything.
func tenant(t *testing.T) (*emulator.Emulator, *emulator.Tenant, emulator.Client) {
	t.Helper()
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	tenant := e.Tenant(domain)
	c := tenant.AddClient(emulator.Client{Name: "sdk"})
	tenant.Grant(c.ID, emulator.Scopes()...)
	return e, tenant, c
}

// sdk is Auth0's own client, unchanged but for its transport.
func sdk(t *testing.T, e *emulator.Emulator, credentials func(context.Context) option.RequestOption) *client.Management {
	t.Helper()
	h := &http.Client{Transport: e.Transport()}
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, h)
	m, err := client.New(domain, option.WithHTTPClient(h), credentials(ctx), option.WithoutRetries())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ptr[T any](v T) *T { return &v }

func TestSDK(t *testing.T) {
	e, tenant, c := tenant(t)
	ctx := t.Context()
	m := sdk(t, e, func(ctx context.Context) option.RequestOption {
		return option.WithClientCredentials(ctx, c.ID, c.Secret)
	})

	created, err := m.Flows.Vault.Connections.Create(ctx, &management.CreateFlowsVaultConnectionRequestContent{
		CreateFlowsVaultConnectionAuth0: &management.CreateFlowsVaultConnectionAuth0{
			CreateFlowsVaultConnectionAuth0OauthApp: &management.CreateFlowsVaultConnectionAuth0OauthApp{
				Name: "forms", AppID: "AUTH0",
				Setup: &management.FlowsVaultConnectioSetupOauthApp{Type: "OAUTH_APP", ClientID: "id", ClientSecret: "secret", Domain: domain},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if created.Name != "forms" || !created.Ready || created.AccountName == nil || *created.AccountName != domain ||
		created.RefreshedAt != nil {
		t.Error(created)
	}
	if stored := tenant.VaultConnections(); stored[0].Setup["client_secret"] != "secret" {
		t.Error(stored)
	}
	updated, err := m.Flows.Vault.Connections.Update(ctx, created.ID,
		&management.UpdateFlowsVaultConnectionRequestContent{Name: ptr("renamed")})
	if err != nil || updated.Name != "renamed" || updated.Fingerprint == created.Fingerprint {
		t.Error(updated, err)
	}
	if len(updated.GetExtraProperties()) > 0 {
		t.Error("keys that the SDK does not know", updated.GetExtraProperties())
	}
	for i := range 120 {
		tenant.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: strings.Repeat("n", i+1)})
	}
	page, err := m.Flows.Vault.Connections.List(ctx, &management.ListFlowsVaultConnectionsRequestParameters{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	all := page.Iterator()
	for all.Next(ctx) {
		n++
	}
	if n != 121 || all.Err() != nil {
		t.Error(n, all.Err())
	}
	if err := m.Flows.Vault.Connections.Delete(ctx, created.ID); err != nil {
		t.Error(err)
	}
	err = m.Flows.Vault.Connections.Delete(ctx, created.ID)
	if api := (*core.APIError)(nil); !errors.As(err, &api) || api.StatusCode != 404 {
		t.Error(err)
	}

	user, err := m.Users.Create(ctx, &management.CreateUserRequestContent{
		Connection: emulator.DefaultDatabase, Email: ptr("ada@example.com"), Password: ptr("passpass$12$12"),
		UserMetadata: &management.UserMetadata{"plan": "gold"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if user.GetName() != "ada@example.com" || len(user.GetIdentities()) != 1 {
		t.Error(user)
	}
	change := &management.UpdateUserRequestContent{UserMetadata: &management.UserMetadata{"plan": nil, "level": 3}}
	change.SetNickname(nil)
	changed, err := m.Users.Update(ctx, user.GetUserID(), change)
	if err != nil || changed.Nickname != nil || changed.GetUserMetadata()["level"] != 3.0 || len(changed.GetUserMetadata()) != 1 {
		t.Error(changed, err)
	}
	found, err := m.Users.List(ctx, &management.ListUsersRequestParameters{Q: ptr(`user_id:("` + user.GetUserID() + `" OR "auth0|x")`),
		PerPage: ptr(100)})
	if err != nil || len(found.Results) != 1 || found.Results[0].GetEmail() != "ada@example.com" {
		t.Error(found, err)
	}
	same, err := m.Users.ListUsersByEmail(ctx, &management.ListUsersByEmailRequestParameters{Email: "ada@example.com"})
	if err != nil || len(same) != 1 {
		t.Error(same, err)
	}
	for range 2 {
		if err := m.Users.Delete(ctx, user.GetUserID()); err != nil {
			t.Error(err)
		}
	}
	_, err = m.Users.Get(ctx, user.GetUserID(), &management.GetUserRequestParameters{})
	if gone := (*management.NotFoundError)(nil); !errors.As(err, &gone) {
		t.Error(err)
	}

	flow, err := m.Flows.Create(ctx, &management.CreateFlowRequestContent{Name: "flow"})
	if err != nil || flow.Actions != nil {
		t.Error(flow, err)
	}
	cleared := &management.UpdateFlowRequestContent{}
	cleared.SetActions(nil)
	if _, err := m.Flows.Update(ctx, flow.ID, cleared); err != nil {
		t.Error(err)
	}
	flows, err := m.Flows.List(ctx, &management.ListFlowsRequestParameters{})
	if err != nil || len(flows.Results) != 1 {
		t.Error(flows, err)
	}

	app, err := m.Clients.Create(ctx, &management.CreateClientRequestContent{
		Name: "m2m", AppType: management.ClientAppTypeEnum("non_interactive").Ptr(), GrantTypes: []string{"client_credentials"},
	})
	if err != nil || app.GetClientSecret() == "" {
		t.Fatal(app, err)
	}
	grant, err := m.ClientGrants.Create(ctx, &management.CreateClientGrantRequestContent{
		ClientID: app.ClientID, Audience: "https://" + domain + "/api/v2/", Scope: []string{"read:users"},
	})
	if err != nil || grant.GetID() == "" || len(grant.GetExtraProperties()) > 0 {
		t.Error(grant, err)
	}
	grants, err := m.ClientGrants.List(ctx, &management.ListClientGrantsRequestParameters{ClientID: app.ClientID})
	if err != nil || len(grants.Results) != 1 {
		t.Error(grants, err)
	}
	rotated, err := m.Clients.RotateSecret(ctx, app.GetClientID())
	if err != nil || rotated.GetClientSecret() == app.GetClientSecret() {
		t.Error(rotated, err)
	}
	for _, r := range tenant.Requests() {
		if r.ClientID != c.ID || r.Status >= 500 {
			t.Error(r.Method, r.Path, r.ClientID, r.Status)
		}
	}
}

func TestSDKWithPrivateKey(t *testing.T) {
	e, tenant, c := tenant(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	tenant.EditClient(c.ID, func(c *emulator.Client) {
		c.PublicKeys = []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))}
	})
	private := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	m := sdk(t, e, func(ctx context.Context) option.RequestOption {
		return option.WithClientCredentialsPrivateKeyJwt(ctx, c.ID, private, "RS256")
	})
	if _, err := m.Flows.List(t.Context(), &management.ListFlowsRequestParameters{}); err != nil {
		t.Error(err)
	}
}

// curl runs curl as a user would, with the environment that the program prints.
func curl(t *testing.T, e *emulator.Emulator, args ...string) (status, body string) {
	t.Helper()
	program, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, e.CACertPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, append([]string{"-sS", "-w", "\n%{http_code} %{http_version}"}, args...)...)
	cmd.Env = append(os.Environ(), "HTTPS_PROXY="+e.ProxyURL(), "https_proxy="+e.ProxyURL(), "NO_PROXY=", "no_proxy=",
		"SSL_CERT_FILE="+ca, "CURL_CA_BUNDLE="+ca)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", string(out) + err.Error()
	}
	i := strings.LastIndexByte(string(out), '\n')
	return string(out[i+1:]), string(out[:i])
}

func TestCurl(t *testing.T) {
	e, _, c := tenant(t)
	status, body := curl(t, e, "https://"+domain+"/oauth/token", "-d", "grant_type=client_credentials", "-d", "client_id="+c.ID,
		"-d", "client_secret="+c.Secret,
		"--data-urlencode", "audience=https://"+domain+"/api/v2/")
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &token); err != nil || !strings.HasPrefix(status, "200 ") {
		t.Fatal(status, body)
	}
	bearer := "authorization: Bearer " + token.AccessToken
	status, body = curl(t, e, "--http1.1", "-H", bearer, "-H", "content-type: application/json",
		"https://"+domain+"/api/v2/flows/vault/connections",
		"-d", `{"app_id":"HTTP","name":"by curl"}`)
	if status != "201 1.1" || !strings.Contains(body, `"refreshed_at":null`) {
		t.Error(status, body)
	}
	status, body = curl(t, e, "--compressed", "-H", bearer, "https://"+domain+"/api/v2/flows/vault/connections?include_totals=true")
	if !strings.HasPrefix(status, "200 ") || !strings.Contains(body, `"total":1`) {
		t.Error(status, body)
	}
	if status, body = curl(t, e, "https://example.com/"); status != "" || !strings.Contains(body, "403") {
		t.Error(status, body)
	}
	if status, body = curl(t, e, "--noproxy", "*", e.DirectURL()+"/.well-known/jwks.json"); !strings.HasPrefix(status, "200 ") {
		t.Error(status, body)
	}
	host := strings.TrimPrefix(e.DirectURL(), "https://localhost:")
	status, body = curl(t, e, "--noproxy", "*", "--connect-to", domain+":443:127.0.0.1:"+host, "-H", bearer,
		"https://"+domain+"/api/v2/flows/vault/connections")
	if !strings.HasPrefix(status, "200 ") || !strings.Contains(body, "by curl") {
		t.Error(status, body)
	}
}
