package providerdata_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "domain": tftypes.String}}

// identity is one as Terraform sends it; an id that is nil makes it null.
func identity(id, domain any) *tfsdk.ResourceIdentity {
	raw := tftypes.NewValue(identityType, nil)
	if id != nil {
		raw = tftypes.NewValue(identityType, map[string]tftypes.Value{
			"id": tftypes.NewValue(tftypes.String, id), "domain": tftypes.NewValue(tftypes.String, domain),
		})
	}
	return &tfsdk.ResourceIdentity{Schema: providerdata.IdentitySchema("The id."), Raw: raw}
}

func TestIdentitySchema(t *testing.T) {
	t.Parallel()
	schema := providerdata.IdentitySchema("Id of the user.")
	id, ok := schema.Attributes["id"].(identityschema.StringAttribute)
	if !ok || !id.RequiredForImport || id.Description != "Id of the user." {
		t.Errorf("id: %+v", schema.Attributes["id"])
	}
	domain, ok := schema.Attributes["domain"].(identityschema.StringAttribute)
	if !ok || !domain.OptionalForImport || domain.Description == "" {
		t.Errorf("domain: %+v", schema.Attributes["domain"])
	}
	if diags := schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}
}

// TestSetIdentity: a missing identity is set, and an existing one is kept.
func TestSetIdentity(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given      *tfsdk.ResourceIdentity
		domain     string
		wantID     string
		wantDomain any
	}{
		"none":                  {identity(nil, nil), "acme.eu.auth0.com", "auth0|1", "acme.eu.auth0.com"},
		"domain in capitals":    {identity(nil, nil), "ACME.eu.auth0.com", "auth0|1", "acme.eu.auth0.com"},
		"domain not known yet":  {identity(nil, nil), "", "auth0|1", nil},
		"there, without domain": {identity("auth0|1", nil), "acme.eu.auth0.com", "auth0|1", nil},
		"there":                 {identity("auth0|1", "acme.eu.auth0.com"), "acme.eu.auth0.com", "auth0|1", "acme.eu.auth0.com"},
		"there, of another":     {identity("auth0|1", "old.eu.auth0.com"), "acme.eu.auth0.com", "auth0|1", "old.eu.auth0.com"},
		"there, client missing": {identity("auth0|1", "acme.eu.auth0.com"), "", "auth0|1", "acme.eu.auth0.com"},
		"still without":         {identity("auth0|1", nil), "", "auth0|1", nil},
	} {
		if diags := providerdata.SetIdentity(t.Context(), test.given, test.domain, "auth0|1"); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		if want := identity(test.wantID, test.wantDomain); !test.given.Raw.Equal(want.Raw) {
			t.Errorf("%s: got %s, expected %s", name, test.given.Raw, want.Raw)
		}
	}
	imported := identity("auth0|1", nil)
	if diags := providerdata.SetImportedIdentity(t.Context(), imported, "ACME.eu.auth0.com", "auth0|1"); diags.HasError() ||
		!imported.Raw.Equal(identity("auth0|1", "acme.eu.auth0.com").Raw) {
		t.Errorf("imported without domain: got %s, %v", imported.Raw, diags)
	}
	if diags := providerdata.SetIdentity(t.Context(), nil, "acme.eu.auth0.com", "auth0|1"); len(diags) != 0 {
		t.Errorf("a Terraform that knows no identities: %v", diags)
	}
}

func TestImportID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request resource.ImportStateRequest
		want    string
		err     string
	}{
		"by id":                 {resource.ImportStateRequest{ID: "auth0|1"}, "auth0|1", ""},
		"by id, with identity":  {resource.ImportStateRequest{ID: "auth0|1", Identity: identity(nil, nil)}, "auth0|1", ""},
		"by identity":           {resource.ImportStateRequest{Identity: identity("auth0|2", "acme.eu.auth0.com")}, "auth0|2", ""},
		"by identity, capitals": {resource.ImportStateRequest{Identity: identity("auth0|2", "ACME.eu.auth0.com")}, "auth0|2", ""},
		"by identity, no more":  {resource.ImportStateRequest{Identity: identity("auth0|2", nil)}, "auth0|2", ""},
		"another tenant's": {resource.ImportStateRequest{Identity: identity("auth0|2", "other.eu.auth0.com")}, "auth0|2",
			`the tenant "other.eu.auth0.com", and this provider is configured for "acme.eu.auth0.com"`},
		"neither": {resource.ImportStateRequest{}, "", ""},
	} {
		got, diags := providerdata.ImportID(t.Context(), test.request, "acme.eu.auth0.com")
		if got != test.want || diags.HasError() != (test.err != "") || !strings.Contains(text(diags), test.err) {
			t.Errorf("%s: got %q, %v", name, got, diags)
		}
	}
}
