terraform {
  required_providers {
    auth0vault = {
      source  = "auth0vault/auth0vault"
      version = "~> 0.1"
    }
  }
}

# The secret of the application is read when it is needed, and stored nowhere.
resource "auth0vault_application" "forms" {
  name                = "Forms vault"
  actions             = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
  store_client_secret = false
}

ephemeral "auth0vault_client_secret" "forms" {
  client_id = auth0vault_application.forms.client_id
}

resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = "acme.eu.auth0.com"
  client_id        = auth0vault_application.forms.client_id
  client_secret_wo = ephemeral.auth0vault_client_secret.forms.client_secret
  actions          = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

# The users of the vault connection get its secret from this provider configuration.
# It is known as soon as the application exists, in the same apply.
provider "auth0vault" {
  alias = "users"

  connection_secrets = {
    (auth0vault_application.forms.client_id) = ephemeral.auth0vault_client_secret.forms.client_secret
  }
}

resource "auth0vault_user" "ada" {
  provider = auth0vault.users

  vault_connection = auth0vault_connection.forms
  email            = "ada@example.com"
  email_verified   = true # no verification e-mail
  password_wo      = var.ada_password
  on_destroy       = "block" # without the scope delete:users
}

variable "ada_password" {
  type      = string
  ephemeral = true
}
