variable "forms_client_secret" {
  type      = string
  sensitive = true
}

# For a flow that also lists organizations with a custom API request, through a custom domain.
resource "auth0vault_connection" "organizations" {
  name            = "organizations"
  domain          = "login.example.com"
  audience        = "https://acme.eu.auth0.com/api/v2/" # keeps the canonical domain
  client_id       = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret   = var.forms_client_secret
  actions         = ["GET_USER"]
  required_scopes = ["read:organizations"]
}
