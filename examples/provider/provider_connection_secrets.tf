variable "forms_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "partner_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# The secrets of vault connections that are not in the state.
provider "auth0vault" {
  domain = "acme.eu.auth0.com"

  connection_secrets = {
    # A client ID: for a vault connection whose domain is the provider's own.
    "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF" = var.forms_client_secret

    # A domain and a client ID: for a vault connection of another tenant, or of a custom domain.
    "partner.eu.auth0.com/Hs8dYtq2mWc0bZ5vLkXn7RgPeJ4aUf1T" = var.partner_client_secret
  }
}
