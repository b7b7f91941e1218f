provider "auth0vault" {}

locals {
  # The export as the dashboard wrote it. It is the same file for every tenant.
  export = file("${path.module}/export.json")

  # The scopes follow from what the flows do. IDs do not matter for that, so the token is bound to itself: bound to the vault
  # connection's ID, this would be a cycle.
  scopes = provider::auth0vault::scopes_from_actions(flatten([
    for flow in ["Load profile", "Save profile"] : provider::auth0vault::flow_actions(local.export, flow, { "#CONN-1#" = "#CONN-1#" })
  ]))
}

# The application has exactly these scopes.
resource "auth0vault_application" "forms" {
  name   = "Forms vault"
  scopes = local.scopes
}

resource "auth0vault_connection" "forms" {
  name            = "Forms"
  domain          = var.domain
  client_id       = auth0vault_application.forms.client_id
  client_secret   = auth0vault_application.forms.client_secret
  required_scopes = local.scopes

  # Auth0 asks for the setup again when the scopes of the client change.
  reconnect_triggers = { scopes = join(" ", local.scopes) }
}

resource "auth0vault_flow" "load" {
  name    = "Load profile"
  actions = provider::auth0vault::flow_actions(local.export, "Load profile", { "#CONN-1#" = auth0vault_connection.forms.id })
}

resource "auth0vault_flow" "save" {
  name    = "Save profile"
  actions = provider::auth0vault::flow_actions(local.export, "Save profile", { "#CONN-1#" = auth0vault_connection.forms.id })
}
