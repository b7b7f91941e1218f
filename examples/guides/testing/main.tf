terraform {
  required_providers {
    auth0vault = {
      source  = "auth0vault/auth0vault"
      version = "~> 0.1"
    }
  }
}

variable "ada_password" {
  type      = string
  ephemeral = true
}

resource "auth0vault_application" "forms" {
  name    = "Forms vault"
  actions = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = auth0vault_application.forms.client_id
  client_secret = auth0vault_application.forms.client_secret
  actions       = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_user" "ada" {
  vault_connection = auth0vault_connection.forms
  email            = "ada@example.com"
  email_verified   = true
  password_wo      = var.ada_password
  user_metadata    = jsonencode({ plan = "gold" })
}
