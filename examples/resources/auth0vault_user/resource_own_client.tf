# Without vault_connection, the provider's own client is used. It needs the scopes for users.
resource "auth0vault_user" "cleo" {
  connection_name = "sms"
  phone_number    = "+4915112345678"
  phone_verified  = true
}
