variable "domain" {
  description = "Canonical domain of the tenant, such as acme.eu.auth0.com."
  type        = string
}
