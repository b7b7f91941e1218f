# All vault connections for Auth0.
list "auth0vault_connection" "all" {
  provider = auth0vault
  limit    = 1000
}

# Those whose name begins with "forms", with their attributes.
list "auth0vault_connection" "forms" {
  provider         = auth0vault
  include_resource = true

  config {
    name_prefix = "forms"
  }
}
