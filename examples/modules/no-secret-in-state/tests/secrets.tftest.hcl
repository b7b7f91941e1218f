run "create" {
  assert {
    condition     = auth0vault_application.forms.client_secret == null && auth0vault_connection.forms.client_secret == null
    error_message = "The state contains no client secret."
  }

  assert {
    condition     = auth0vault_user.ada.vault_connection.client_secret == null && auth0vault_user.ada.password == null
    error_message = "The state of the user contains no secret."
  }

  assert {
    condition     = auth0vault_connection.forms.ready
    error_message = "The vault connection has its credentials anyway."
  }
}
