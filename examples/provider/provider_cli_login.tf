# After: auth0 login --domain acme.eu.auth0.com
provider "auth0vault" {
  domain    = "acme.eu.auth0.com"
  cli_login = true
}
