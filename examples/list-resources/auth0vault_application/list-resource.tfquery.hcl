# All machine-to-machine applications. This takes one request for every 100 of them.
list "auth0vault_application" "all" {
  provider = auth0vault
  limit    = 500
}

# Those whose name begins with "Forms", with the scopes of their client grants.
list "auth0vault_application" "forms" {
  provider         = auth0vault
  include_resource = true

  config {
    name_prefix = "Forms"
  }
}
