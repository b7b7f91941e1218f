terraform {
  required_providers {
    auth0vault = {
      source  = "auth0vault/auth0vault"
      version = "~> 0.1"
    }
  }
}

variable "active" {
  description = "The application that the vault connection uses."
  type        = string
  default     = "blue"
}

variable "secret_version" {
  description = "A new number rotates the secret of that application only."
  type        = map(number)
  default     = { blue = 1, green = 1 }
}

# Two applications with the same scopes. The vault connection uses one of them. The
# secret of the other one can be rotated.
resource "auth0vault_application" "forms" {
  for_each = toset(["blue", "green"])

  name    = "Forms vault (${each.key})"
  actions = ["GET_USER", "UPDATE_USER"]

  rotate_triggers = { version = var.secret_version[each.key] }
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = auth0vault_application.forms[var.active].client_id
  client_secret = auth0vault_application.forms[var.active].client_secret
  actions       = ["GET_USER", "UPDATE_USER"]
}
