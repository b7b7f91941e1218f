# What every tenant has. This module has no provider block: its caller chooses the tenant.
terraform {
  required_providers {
    auth0vault = {
      source  = "auth0vault/auth0vault"
      version = "~> 0.1"
    }
  }
}

variable "domain" {
  description = "Domain of the tenant."
  type        = string
}

resource "auth0vault_application" "forms" {
  name    = "Forms vault"
  actions = ["GET_USER", "UPDATE_USER"]
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = var.domain
  client_id     = auth0vault_application.forms.client_id
  client_secret = auth0vault_application.forms.client_secret
  actions       = ["GET_USER", "UPDATE_USER"]
}

output "id" {
  description = "ID of the vault connection."
  value       = auth0vault_connection.forms.id
}
