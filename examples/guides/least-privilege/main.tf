terraform {
  required_providers {
    auth0vault = {
      source  = "auth0vault/auth0vault"
      version = "~> 0.1"
    }
  }
}

locals {
  # The actions of the flows. Everything below uses this list.
  actions = ["GET_USER", "UPDATE_USER"]
}

# The machine-to-machine application, with exactly the scopes that the actions need.
resource "auth0vault_application" "forms" {
  name    = "Forms vault"
  actions = local.actions
}

# A missing scope is an error, before anything is written to the vault. A scope that no
# action needs is a warning.
resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = auth0vault_application.forms.client_id
  client_secret = auth0vault_application.forms.client_secret
  actions       = local.actions

  # Auth0 asks for the setup again when the scopes of the client have changed.
  reconnect_triggers = { actions = join(",", local.actions) }
}

# The flow uses the vault connection: it can do what its actions need, and nothing else.
resource "auth0vault_flow" "profile" {
  name = "Update profile"
  actions = [
    {
      id       = "load"
      get_user = { connection_id = auth0vault_connection.forms.id, user_id = "{{context.user.user_id}}" }
    },
    {
      id = "save"
      update_user = {
        connection_id = auth0vault_connection.forms.id
        user_id       = "{{context.user.user_id}}"
        changes       = jsonencode({ user_metadata = { plan = "{{fields.plan}}" } })
      }
    },
  ]
}

# What the client is granted in the tenant, read in every plan.
data "auth0vault_access" "forms" {
  client_id = auth0vault_application.forms.client_id
  actions   = local.actions

  depends_on = [auth0vault_application.forms]
}

check "least_privilege" {
  assert {
    condition     = length(data.auth0vault_access.forms.excess_scopes) == 0
    error_message = "Remove from the grant: ${join(", ", data.auth0vault_access.forms.excess_scopes)}."
  }
}
