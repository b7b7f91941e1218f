output "id" {
  description = "ID of the vault connection."
  value       = auth0vault_connection.forms.id
}
