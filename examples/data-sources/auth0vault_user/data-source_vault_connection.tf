variable "forms_client_secret" {
  type      = string
  sensitive = true
}

# Through a vault connection: with the scopes of its client.
data "auth0vault_user" "ada" {
  id = "auth0|65a1f0c2d3e4b5a697887766"

  vault_connection = {
    domain        = "acme.eu.auth0.com"
    client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
    client_secret = var.forms_client_secret
  }
}
