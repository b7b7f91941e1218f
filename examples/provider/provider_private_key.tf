variable "auth0_private_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

# A machine-to-machine application with a private key instead of a secret.
provider "auth0vault" {
  domain                       = "acme.eu.auth0.com"
  client_id                    = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc"
  client_assertion_private_key = var.auth0_private_key
  client_assertion_signing_alg = "RS256"
}
