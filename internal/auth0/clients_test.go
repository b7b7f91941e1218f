package auth0

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// applicationScopes are what it takes to manage applications and their grants.
var applicationScopes = []string{
	"read:clients", "create:clients", "update:clients", "delete:clients", "read:client_keys", "update:client_keys",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
}

// newApplicationTenant returns a tenant of the test's own and a client with the
// scopes above, less some.
func newApplicationTenant(t testing.TB, without ...string) (*emulator.Tenant, *Client) {
	t.Helper()
	tenant, _ := newTenant(t)
	own := tenant.AddClient(emulator.Client{Name: "own"})
	tenant.Grant(own.ID, slices.DeleteFunc(slices.Clone(applicationScopes), func(s string) bool { return slices.Contains(without, s) })...)
	return tenant, newPool(t).Client(Credentials{Domain: tenant.Domain(), ClientID: own.ID, ClientSecret: own.Secret})
}

// named returns the tenant's applications of a name.
func named(tenant *emulator.Tenant, name string) (found []emulator.Client) {
	for _, client := range tenant.Clients() {
		if client.Name == name {
			found = append(found, client)
		}
	}
	return found
}

func TestCreateApplicationMakesAMachine(t *testing.T) {
	t.Parallel()
	tenant, client := newApplicationTenant(t)
	made, err := client.CreateApplication(t.Context(), "forms", "for forms")
	if err != nil {
		t.Fatal(err)
	}
	stored := named(tenant, "forms")
	if len(stored) != 1 {
		t.Fatalf("the tenant has %d applications of the name", len(stored))
	}
	if made.ID != stored[0].ID || made.Secret != stored[0].Secret || made.Secret == "" {
		t.Error("the answer is not what the tenant holds")
	}
	if made.Recovered || made.Description != "for forms" {
		t.Errorf("made %+v", made)
	}
	if got := fmt.Sprintln(stored[0].AppType, stored[0].GrantTypes, stored[0].TokenEndpointAuthMethod); got != "non_interactive [client_credentials] client_secret_post\n" {
		t.Errorf("the tenant holds %s", got)
	}
}

// TestCreateApplicationMarksIt: the one that was created is found by its mark, with its
// secret, and says so. The mark is of one create.
func TestCreateApplicationMarksIt(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		marks := map[any]bool{}
		for _, lost := range []bool{false, true, true} {
			if lost {
				tenant.Fail(emulator.Fault{Method: http.MethodPost, Path: "/api/v2/clients", Kind: "drop-after-commit"})
			}
			made, err := client.CreateApplication(t.Context(), "forms", "")
			if err != nil {
				t.Fatal(err)
			}
			stored, _ := tenant.Client(made.ID)
			if made.Recovered != lost || made.Secret == "" || made.Secret != stored.Secret {
				t.Errorf("lost %v: got %+v", lost, made)
			}
			marks[stored.Settings["client_metadata"].(map[string]any)[CreateMark]] = true
		}
		if len(marks) != 3 || len(named(tenant, "forms")) != 3 {
			t.Errorf("the marks are %v", marks)
		}
	})
}

func TestGetClientShowsTheSecretToThoseWhoMaySeeIt(t *testing.T) {
	t.Parallel()
	tenant, may := newApplicationTenant(t)
	app := tenant.AddClient(emulator.Client{Name: "forms"})
	got, err := may.GetApplication(t.Context(), app.ID)
	if err != nil || got.Secret != app.Secret {
		t.Errorf("got %+v, %v", got, err)
	}

	token := tenant.Token("someone", "read:clients")
	mayNot := newPool(t).Client(Credentials{Domain: tenant.Domain(), Token: token})
	got, err = mayNot.GetApplication(t.Context(), app.ID)
	if err != nil || got.Secret != "" || got.Name != "forms" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := may.GetApplication(t.Context(), "nobody"); !IsNotFound(err) {
		t.Errorf("got %v for one that is not there", err)
	}
}

func TestApplicationByName(t *testing.T) {
	t.Parallel()
	tenant, client := newApplicationTenant(t)
	for n := range 120 {
		tenant.AddClient(emulator.Client{Name: fmt.Sprintf("app %d", n)})
	}
	last := tenant.AddClient(emulator.Client{Name: "wanted"})
	tenant.AddClient(emulator.Client{Name: "wanted", AppType: "spa"})
	tenant.AddClient(emulator.Client{Name: "app 7"})

	if got, err := client.FindApplicationByName(t.Context(), "wanted"); err != nil || got.ID != last.ID {
		t.Errorf("got %+v, %v", got, err)
	}
	var ambiguous *MultipleMatchesError
	if _, err := client.FindApplicationByName(t.Context(), "app 7"); !errors.As(err, &ambiguous) || len(ambiguous.IDs) != 2 {
		t.Errorf("got %v for a name that two have", err)
	}
	var nobody *NoSuchNameError
	if _, err := client.FindApplicationByName(t.Context(), "nobody"); !errors.As(err, &nobody) {
		t.Errorf("got %v for a name that none has", err)
	}
	for _, r := range tenant.Requests() {
		if strings.Contains(string(r.ResponseBody), last.Secret) {
			t.Errorf("the list was asked for secrets: %s", r.Query.Encode())
		}
	}
}

func TestUpdateApplication(t *testing.T) {
	t.Parallel()
	tenant, client := newApplicationTenant(t)
	app := tenant.AddClient(emulator.Client{
		Name: "forms", AppType: "regular_web", GrantTypes: []string{"authorization_code"},
		Settings: map[string]any{
			"description":                   "old",
			"client_authentication_methods": map[string]any{"private_key_jwt": map[string]any{"credentials": []any{}}},
		},
	})
	shown, err := client.GetApplication(t.Context(), app.ID)
	if err != nil || shown.Authentication() != "private_key_jwt" {
		t.Fatalf("got %+v, %v", shown, err)
	}
	changed, err := client.UpdateApplication(t.Context(), app.ID, ApplicationUpdate{
		Name: ptr("renamed"), Description: ptr(""), Machine: true, DropAuthMethods: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if changed.AppType != AppTypeMachine || changed.AuthMethod != AuthMethodSecretPost || !slices.Equal(changed.GrantTypes, []string{GrantTypeClientCredentials}) || changed.Authentication() != AuthMethodSecretPost || changed.Name != "renamed" || changed.Description != "" {
		t.Errorf("got %+v", changed)
	}
	stored, _ := tenant.Client(app.ID)
	if _, there := stored.Settings["client_authentication_methods"]; there {
		t.Error("the methods that need no secret are still there")
	}
}

func TestRotateSecretSurvivesALostAnswer(t *testing.T) {
	t.Parallel()
	tenant, client := newApplicationTenant(t)
	app := tenant.AddClient(emulator.Client{Name: "forms"})
	tenant.Fail(emulator.Fault{Method: http.MethodPost, Path: "/api/v2/clients/*/rotate-secret", Status: http.StatusBadGateway, AfterCommit: true})
	rotated, err := client.RotateSecret(t.Context(), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	stored, _ := tenant.Client(app.ID)
	if rotated.Secret != stored.Secret || stored.Secret == app.Secret {
		t.Error("the secret of the answer is not the tenant's, or it is the old one")
	}
}

func TestDeleteApplicationTwice(t *testing.T) {
	t.Parallel()
	tenant, client := newApplicationTenant(t)
	app := tenant.AddClient(emulator.Client{Name: "forms"})
	for range 2 {
		if err := client.DeleteApplication(context.Background(), app.ID); err != nil {
			t.Error(err)
		}
	}
	// Whether Auth0 answers 404 to a second delete was not seen: neither may fail.
	tenant.Fail(emulator.Fault{Method: http.MethodDelete, Status: http.StatusNotFound, Body: `{"statusCode":404,"error":"Not Found","message":"x"}`})
	if err := client.DeleteApplication(context.Background(), app.ID); err != nil {
		t.Error(err)
	}
}
