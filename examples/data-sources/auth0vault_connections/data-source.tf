# Those that authorize Auth0's own actions; without app_id, all.
data "auth0vault_connections" "auth0" {
  app_id = "AUTH0"
}

# One that was left empty in the dashboard fails the first flow that uses it.
check "vault_is_set_up" {
  assert {
    condition     = alltrue([for c in data.auth0vault_connections.auth0.connections : c.ready])
    error_message = "A vault connection has no setup."
  }
}

output "connection_ids" {
  value = { for c in data.auth0vault_connections.auth0.connections : c.id => c.name }
}
