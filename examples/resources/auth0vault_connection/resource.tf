variable "forms_client_secret" {
  type      = string
  sensitive = true
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret = var.forms_client_secret

  # The client must have the scopes for these actions. They are checked before anything is written.
  actions = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}
