package auth0

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// named returns the tenant's applications of a name.
func named(tenant *emulator.Tenant, name string) (found []emulator.Client) {
	for _, client := range tenant.Clients() {
		if client.Name == name {
			found = append(found, client)
		}
	}
	return found
}

// TestCreateApplication: it is made a machine, and is found by its mark, with its secret, where the answer was lost; it
// then says so. The mark is of one create.
func TestCreateApplication(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, tenant *emulator.Tenant, client *Client) {
		marks := map[any]bool{}
		for _, lost := range []bool{false, true, true} {
			if lost {
				tenant.Fail(emulator.Fault{Method: http.MethodPost, Path: "/api/v2/clients", Kind: "drop-after-commit"})
			}
			made, err := client.CreateApplication(t.Context(), "forms", "for forms")
			if err != nil {
				t.Fatal(err)
			}
			stored, _ := tenant.Client(made.ID)
			if made.Recovered != lost || made.Secret == "" || made.Secret != stored.Secret || made.Description != "for forms" {
				t.Errorf("lost %v: got %+v", lost, made)
			}
			if got := words(stored.AppType, stored.GrantTypes,
				stored.TokenEndpointAuthMethod); got != "non_interactive [client_credentials] client_secret_post" {
				t.Errorf("the tenant holds %s", got)
			}
			marks[stored.Settings["client_metadata"].(map[string]any)[CreateMark]] = true
		}
		if len(marks) != 3 || len(named(tenant, "forms")) != 3 {
			t.Errorf("the marks are %v", marks)
		}
	})
}

func TestGetApplication_secret(t *testing.T) {
	t.Parallel()
	tenant, may := newTenant(t)
	app := tenant.AddClient(emulator.Client{Name: "forms"})
	got, err := may.GetApplication(t.Context(), app.ID)
	if err != nil || got.Secret != app.Secret {
		t.Errorf("got %+v, %v", got, err)
	}

	token := tenant.Token("someone", "read:clients")
	mayNot := another(may, Credentials{Domain: tenant.Domain(), Token: token})
	got, err = mayNot.GetApplication(t.Context(), app.ID)
	if err != nil || got.Secret != "" || got.Name != "forms" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := may.GetApplication(t.Context(), "nobody"); !IsNotFound(err) {
		t.Errorf("got %v for one that is not there", err)
	}
}

func TestFindApplicationByName(t *testing.T) {
	t.Parallel()
	tenant, client := newTenant(t)
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
	tenant, client := newTenant(t)
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
	if changed.AppType != AppTypeMachine || changed.AuthMethod != AuthMethodSecretPost ||
		!slices.Equal(changed.GrantTypes, []string{GrantTypeClientCredentials}) || changed.Authentication() != AuthMethodSecretPost ||
		changed.Name != "renamed" || changed.Description != "" {
		t.Errorf("got %+v", changed)
	}
	stored, _ := tenant.Client(app.ID)
	if _, there := stored.Settings["client_authentication_methods"]; there {
		t.Error("the methods that need no secret are still there")
	}
}
