output "vault_connection" {
  description = "What the vault connection may do."
  value = {
    id             = auth0vault_connection.forms.id
    granted_scopes = auth0vault_connection.forms.granted_scopes
  }
}

output "ada" {
  description = "The user that was made through it."
  value = {
    id            = auth0vault_user.ada.id
    user_metadata = jsondecode(auth0vault_user.ada.user_metadata)
  }
}
