variable "auth0_client_assertion" {
  description = "Signed by the KMS in the step before this one."
  type        = string
  ephemeral   = true
}

provider "auth0vault" {
  domain           = "acme.eu.auth0.com"
  client_id        = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc"
  client_assertion = var.auth0_client_assertion
}
