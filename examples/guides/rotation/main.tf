variable "active" {
  description = "Which of the two applications the connection uses."
  type        = string
  default     = "blue"
}

# Two applications with the same scopes: the connection uses one, the other one's
# secret can be changed meanwhile.
resource "auth0vault_application" "forms" {
  for_each = toset(["blue", "green"])

  name    = "Forms vault (${each.key})"
  actions = ["GET_USER", "UPDATE_USER"]

  # A change here gives the application a new secret.
  rotate_triggers = { quarter = "2026-4" }
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = auth0vault_application.forms[var.active].client_id
  client_secret = auth0vault_application.forms[var.active].client_secret
  actions       = ["GET_USER", "UPDATE_USER"]
}
