terraform {
  required_version = ">= 1.11"

  required_providers {
    auth0vault = {
      source = "auth0vault/auth0vault"
    }
  }
}

# Configured by AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.
provider "auth0vault" {}

# The machine-to-machine application, authorized for the Management API with just these scopes.
resource "auth0vault_application" "forms" {
  name    = "Forms vault"
  actions = ["GET_USER", "CREATE_USER", "UPDATE_USER"]

  # A change rotates the client secret. The vault connection gets the new one in the same apply.
  rotate_triggers = { year = var.year }
}

# The vault connection: its schema is the form in Auth0's dashboard.
resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = var.domain
  client_id     = auth0vault_application.forms.client_id
  client_secret = coalesce(var.client_secret, auth0vault_application.forms.client_secret)
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

# A flow whose actions use the vault connection.
resource "auth0vault_flow" "profile" {
  name = "Update profile"
  actions = [
    {
      id       = "load"
      get_user = { connection_id = auth0vault_connection.forms.id, user_id = "{{context.user.user_id}}" }
    },
    {
      id         = "tell"
      send_email = { to = "{{context.user.email}}", subject = "Hello", body = "<p>Hello</p>" }
    },
  ]
}
