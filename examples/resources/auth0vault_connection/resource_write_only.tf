# The secret is in no plan and no state, and a new one is detected automatically. It can
# come from an ephemeral variable, as here, or from an ephemeral resource.
variable "forms_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = "acme.eu.auth0.com"
  client_id        = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret_wo = var.forms_client_secret
  actions          = ["GET_USER"]
}
