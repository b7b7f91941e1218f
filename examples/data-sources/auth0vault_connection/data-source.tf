# By name, which only one vault connection may have, or by id.
data "auth0vault_connection" "forms" {
  name = "forms"
}

output "connection_id" {
  description = "What a flow action names as its connection_id."
  value       = data.auth0vault_connection.forms.id
}
