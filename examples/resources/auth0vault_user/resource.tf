variable "forms_client_secret" {
  type      = string
  sensitive = true
}

variable "ada_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret = var.forms_client_secret
  actions       = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

# All requests for this user are authorized with the vault connection's client.
resource "auth0vault_user" "ada" {
  vault_connection = auth0vault_connection.forms

  email       = "ada@example.com"
  given_name  = "Ada"
  family_name = "Example"

  # Write-only: in no plan and no state.
  password_wo = var.ada_password

  # Keys that flows or Actions add are left alone.
  user_metadata = jsonencode({ plan = "gold" })
  app_metadata  = jsonencode({ seats = 3 })

  # Blocking needs no scope to delete users.
  on_destroy = "block"
}
