package connection_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// addRemote adds a connection that Terraform does not know yet.
func addRemote(tenant *acctest.Tenant, name string, client emulator.Client) emulator.VaultConnection {
	return tenant.AddVaultConnection(emulator.VaultConnection{
		AppID: "AUTH0", Name: name, Setup: setupOf(tenant, client.ID, client.Secret),
	})
}

func TestConnectionResource_importByIdentity(t *testing.T) {
	t.Parallel()
	tenant := acctest.New(t)
	client := tenant.Client("forms", "read:users")
	config := hcl(tenant, quoted("name", "forms"), quoted("domain", tenant.Domain()), quoted("client_id", client.ID),
		quoted("client_secret", client.Secret))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tenant.Factories(),
		// Identities came with Terraform 1.12. What follows runs at the protocol on any.
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id")),
			}},
			{
				ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
				ExpectNonEmptyPlan: true, // the setup is sent once
			},
		},
	})
}

func TestConnectionResource_importWarns(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms", "read:users")
	there := addRemote(tenant, "forms", client)
	config := minimalConfig(tenant, client)
	for how, by := range map[string]struct {
		id       string
		identity acctest.Attributes
	}{
		"by id":                       {id: there.ID},
		"by name":                     {id: "name:forms"},
		"by identity":                 {identity: acctest.Attributes{"id": there.ID}},
		"by identity with its tenant": {identity: acctest.Attributes{"id": there.ID, "domain": tenant.Domain()}},
		"by identity in capitals":     {identity: acctest.Attributes{"id": there.ID, "domain": strings.ToUpper(tenant.Domain())}},
	} {
		tenant.ForgetRequests()
		r := newRun(t, tenant)
		imported, diags := r.TryImport(by.id, by.identity)
		acctest.MustSucceed(t, diags)
		if got := get(t, imported.State, "id"); got != there.ID {
			t.Fatalf("%s: imported %v", how, got)
		}
		if n := len(tenant.Asked("GET", vaultPath)); n != 1 {
			t.Errorf("%s: took %d requests", how, n)
		}
		plan, diags := r.TryPlan(imported, config)
		acctest.MustSucceed(t, diags)
		acctest.ExpectWarning(t, diags, "", "setup of an imported vault connection is sent once", "forms", there.ID)
		created, diags := r.TryApply(plan, config)
		acctest.MustSucceed(t, diags)
		mustHaveWritten(t, tenant, "PATCH setup 200")
		expectEmptyPlan(t, tenant, created, config)
	}
}

func TestConnectionResource_importRefused(t *testing.T) {
	t.Parallel()
	tenant := acctest.NewInProcess(t)
	client := tenant.Client("forms")
	twin, other := addRemote(tenant, "twin", client), addRemote(tenant, "twin", client)
	slack := tenant.AddVaultConnection(emulator.VaultConnection{AppID: "HTTP", Name: "http", Setup: map[string]any{"type": "BEARER", "token": "t"}})
	r := newRun(t, tenant)

	_, diags := r.TryImport("name:twin", nil)
	acctest.ExpectError(t, diags, "", "Unable to import vault connection", "twin", twin.ID, other.ID, "import by id")

	_, diags = r.TryImport("name:nobody", nil)
	acctest.ExpectError(t, diags, "", "Unable to import vault connection", "nobody")

	_, diags = r.TryImport("name:", nil)
	acctest.ExpectError(t, diags, "", "Unable to import vault connection")

	// A name is looked up among the connections for Auth0 only.
	_, diags = r.TryImport("name:http", nil)
	acctest.ExpectError(t, diags, "", "Unable to import vault connection", "AUTH0", "http")

	_, diags = r.TryImport(slack.ID, nil)
	acctest.ExpectError(t, diags, "", "Not a vault connection for Auth0", slack.ID, "HTTP")

	// Nothing there: Terraform itself says that it does not exist.
	if imported, diags := r.TryImport("ac_driHxZHbTWt3zCyXRqsDFo", nil); imported != nil || acctest.Failed(diags) {
		t.Errorf("imported %v, said %s", imported, acctest.Said(diags))
	}

	_, diags = r.TryImport("forms", nil)
	acctest.ExpectError(t, diags, "", "Unable to read vault connection", "forms")

	_, diags = r.TryImport("", acctest.Attributes{"id": twin.ID, "domain": "other.eu.auth0.com"})
	acctest.ExpectError(t, diags, "", "Another tenant's object cannot be imported", "other.eu.auth0.com", tenant.Domain())
}
