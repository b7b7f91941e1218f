variable "forms_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# The secrets of vault connections that are not in the state, by client id.
provider "auth0vault" {
  connection_secrets = {
    "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF" = var.forms_client_secret
  }
}
