terraform {
  required_providers {
    auth0vault = {
      source = "auth0vault/auth0vault"
    }
  }
}

# Everything can come from the environment: AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET.
provider "auth0vault" {}

variable "forms_client_id" {
  type = string
}

variable "forms_client_secret" {
  type      = string
  sensitive = true
}

variable "ada_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

# The vault connection: its schema is the form in Auth0's dashboard.
resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
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
  user_metadata    = jsonencode({ plan = "gold" })
  on_destroy       = "block"
}
