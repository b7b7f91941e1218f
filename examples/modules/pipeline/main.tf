# Configured by AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET in the pipeline.
provider "auth0vault" {}

resource "auth0vault_application" "forms" {
  name            = "Forms vault"
  actions         = local.actions
  rotate_triggers = { version = var.secret_version }
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = var.domain
  client_id     = auth0vault_application.forms.client_id
  client_secret = auth0vault_application.forms.client_secret
  actions       = local.actions
}

locals {
  actions = ["GET_USER", "UPDATE_USER"]
}

# Every plan compares what the client is granted with what the actions need. The nightly plan does so, too.
data "auth0vault_access" "forms" {
  client_id = auth0vault_application.forms.client_id
  actions   = local.actions
}

check "least_privilege" {
  assert {
    condition     = length(data.auth0vault_access.forms.excess_scopes) == 0
    error_message = "Remove these scopes from the client grant: ${join(", ", data.auth0vault_access.forms.excess_scopes)}."
  }

  assert {
    condition     = length(data.auth0vault_access.forms.missing_scopes) == 0
    error_message = "Add these scopes to the client grant: ${join(", ", data.auth0vault_access.forms.missing_scopes)}."
  }
}
