# An application and a vault connection in one apply. The secret is in no plan and no
# state.
resource "auth0vault_application" "forms" {
  name                = "Forms vault"
  actions             = ["GET_USER", "UPDATE_USER"]
  store_client_secret = false
}

ephemeral "auth0vault_client_secret" "forms" {
  client_id = auth0vault_application.forms.client_id
}

resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = "acme.eu.auth0.com"
  client_id        = auth0vault_application.forms.client_id
  client_secret_wo = ephemeral.auth0vault_client_secret.forms.client_secret
  actions          = ["GET_USER", "UPDATE_USER"]
}
