# https://acme.eu.auth0.com/api/v2/
output "audience" {
  value = provider::auth0vault::audience_from_domain("acme.eu.auth0.com")
}
