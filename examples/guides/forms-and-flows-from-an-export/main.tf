variable "tenant_domain" {
  type        = string
  description = "Canonical domain of the tenant, such as acme-dev.eu.auth0.com."
}

locals {
  # The export as the dashboard wrote it. It is the same file for every tenant.
  export = file("${path.module}/progressive-profiling.json")

  # What the flows do decides which scopes the client needs. IDs do not matter for that, so the
  # token is bound to itself: bound to the vault connection's ID, this would be a cycle.
  scopes = provider::auth0vault::scopes_from_actions(flatten([
    for flow in ["Load profile", "Save profile"] : provider::auth0vault::flow_actions(local.export, flow, { "#CONN-1#" = "#CONN-1#" })
  ]))
}

resource "auth0vault_application" "forms" {
  name   = "Forms vault"
  scopes = local.scopes
}

resource "auth0vault_connection" "forms" {
  name            = "Forms"
  domain          = var.tenant_domain
  client_id       = auth0vault_application.forms.client_id
  client_secret   = auth0vault_application.forms.client_secret
  required_scopes = local.scopes

  # Auth0 asks for the setup again when the scopes of the client have changed.
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

locals {
  form = provider::auth0vault::form_parts(local.export, {
    "#FLOW-1#" = auth0vault_flow.load.id
    "#FLOW-2#" = auth0vault_flow.save.id
  })
}
