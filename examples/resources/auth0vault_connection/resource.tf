variable "forms_client_secret" {
  type      = string
  sensitive = true
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret = var.forms_client_secret

  # What the client must be allowed to do. Terraform checks it before anything is written.
  actions = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}
