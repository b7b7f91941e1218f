terraform {
  required_providers {
    auth0vault = {
      source  = "auth0vault/auth0vault"
      version = "~> 0.1"
    }
  }
}

locals {
  # What the flow does, without the ID of the vault connection: with it, the scopes
  # would depend on the vault connection, which depends on the scopes.
  steps = {
    load = {
      get_user = { user_id = "{{context.user.user_id}}" }
    }
    save = {
      update_user = {
        user_id = "{{context.user.user_id}}"
        changes = jsonencode({ user_metadata = { plan = "{{fields.plan}}" } })
      }
    }
  }

  # Custom API requests (send_request) are not covered: add the scopes that they need.
  scopes = provider::auth0vault::scopes_from_actions(values(local.steps))
}

resource "auth0vault_application" "forms" {
  name   = "Forms vault"
  scopes = local.scopes
}

resource "auth0vault_connection" "forms" {
  name            = "forms"
  domain          = "acme.eu.auth0.com"
  client_id       = auth0vault_application.forms.client_id
  client_secret   = auth0vault_application.forms.client_secret
  required_scopes = local.scopes

  # Auth0 asks for the setup again when the scopes of the client have changed.
  reconnect_triggers = { scopes = join(" ", local.scopes) }
}

resource "auth0vault_flow" "profile" {
  name = "Update profile"
  actions = [for id in ["load", "save"] : {
    id          = id
    get_user    = try(merge(local.steps[id].get_user, { connection_id = auth0vault_connection.forms.id }), null)
    update_user = try(merge(local.steps[id].update_user, { connection_id = auth0vault_connection.forms.id }), null)
  }]
}

locals {
  # The scopes that the flow needs, and that the vault connection's client does not have.
  missing_scopes = setsubtract(
    lookup(auth0vault_flow.profile.required_scopes, auth0vault_connection.forms.id, []),
    auth0vault_connection.forms.granted_scopes,
  )
}

# Reported by every plan, and by HCP Terraform's health assessments.
check "scopes_of_the_flow" {
  assert {
    condition     = length(local.missing_scopes) == 0
    error_message = "The flow needs scopes that the vault connection's client does not have: ${join(", ", local.missing_scopes)}."
  }
}

# Whoever uses the flow gets its ID only if it can work.
output "flow_id" {
  value = auth0vault_flow.profile.id

  precondition {
    condition     = length(local.missing_scopes) == 0
    error_message = "The flow needs scopes that the vault connection's client does not have: ${join(", ", local.missing_scopes)}."
  }
}
