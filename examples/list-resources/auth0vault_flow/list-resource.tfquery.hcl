# All flows. This takes one request for every 100 of them.
list "auth0vault_flow" "all" {
  provider = auth0vault
  limit    = 500
}

# Those whose name begins with "Update", with their actions: one more request for each.
list "auth0vault_flow" "updates" {
  provider         = auth0vault
  include_resource = true

  config {
    name_prefix = "Update"
  }
}
