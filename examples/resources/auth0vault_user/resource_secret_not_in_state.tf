# The secret of the vault connection is not in the state, so its users get it from the
# provider's connection_secrets.
variable "forms_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "ben_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

locals {
  forms_client_id = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
}

provider "auth0vault" {
  connection_secrets = {
    (local.forms_client_id) = var.forms_client_secret
  }
}

resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = "acme.eu.auth0.com"
  client_id        = local.forms_client_id
  client_secret_wo = var.forms_client_secret
  actions          = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_user" "ben" {
  vault_connection = auth0vault_connection.forms
  email            = "ben@example.com"
  email_verified   = true # no verification e-mail
  password_wo      = var.ben_password
  on_destroy       = "retain"
}
