variable "auth0_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# A machine-to-machine application with its secret.
provider "auth0vault" {
  domain        = "acme.eu.auth0.com"
  client_id     = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc"
  client_secret = var.auth0_client_secret
}
