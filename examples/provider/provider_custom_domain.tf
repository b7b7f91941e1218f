# Reached through a custom domain. The audience keeps the tenant's canonical domain.
provider "auth0vault" {
  domain   = "login.example.com"
  audience = "https://acme.eu.auth0.com/api/v2/"

  # Of several custom domains, the one for the links in e-mails to users.
  custom_domain_header = "login.example.com"
}
