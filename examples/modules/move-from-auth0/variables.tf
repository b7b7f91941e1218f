variable "domain" {
  description = "Domain of the tenant, such as acme.eu.auth0.com."
  type        = string
}

variable "client_secret" {
  description = "Client secret of the vault connection, as the old configuration had it."
  type        = string
  sensitive   = true
}

variable "ada_password" {
  description = "Ada's password, as the old configuration had it."
  type        = string
  sensitive   = true
}
