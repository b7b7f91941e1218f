output "vault_connection" {
  description = "What a flow action names as its connection_id, and what the connection may do."
  value = {
    id             = auth0vault_connection.forms.id
    granted_scopes = auth0vault_connection.forms.granted_scopes
  }
}

output "ada" {
  description = "The user that was made through the connection."
  value = {
    id            = auth0vault_user.ada.id
    user_metadata = jsondecode(auth0vault_user.ada.user_metadata)
  }
}
