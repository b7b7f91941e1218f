variable "domain" {
  description = "Domain of the tenant, such as acme.eu.auth0.com."
  type        = string
}

variable "ada_password" {
  description = "Ada's first password."
  type        = string
  sensitive   = true
  ephemeral   = true
}
