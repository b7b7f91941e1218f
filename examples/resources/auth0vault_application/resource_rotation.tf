# For a flow that lists organizations as well, with a custom API request.
resource "auth0vault_application" "organizations" {
  name    = "Organizations vault"
  actions = ["GET_USER"]
  scopes  = ["read:organizations"]

  # Another value rotates the secret, and the vault connection gets it in the same apply.
  rotate_triggers = { quarter = "2026-1" }
}

resource "auth0vault_connection" "organizations" {
  name            = "organizations"
  domain          = "acme.eu.auth0.com"
  client_id       = auth0vault_application.organizations.client_id
  client_secret   = auth0vault_application.organizations.client_secret
  actions         = ["GET_USER"]
  required_scopes = ["read:organizations"]
}
