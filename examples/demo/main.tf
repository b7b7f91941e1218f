terraform {
  required_version = ">= 1.11"

  required_providers {
    auth0vault = {
      source = "auth0vault/auth0vault"
    }
  }
}

# AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET say which tenant, and as whom.
provider "auth0vault" {}

# The vault connection: its schema is the form in Auth0's dashboard.
resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = var.domain
  client_id     = var.forms_client_id
  client_secret = var.forms_client_secret
  actions       = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

# A user, managed through that connection.
resource "auth0vault_user" "ada" {
  vault_connection = auth0vault_connection.forms
  connection_name  = "Username-Password-Authentication"
  email            = "ada@example.com"
  password_wo      = var.ada_password
  user_metadata    = jsonencode({ plan = var.plan })
  on_destroy       = "block"
}
