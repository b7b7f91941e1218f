variable "domain" {
  description = "Domain of the tenant, such as acme.eu.auth0.com."
  type        = string
}

variable "secret_version" {
  description = "A new number rotates the client secret of the vault connection."
  type        = number
  default     = 1
}
