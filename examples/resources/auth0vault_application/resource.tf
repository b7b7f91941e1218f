# Authorized for the Management API with exactly the scopes that these actions need.
resource "auth0vault_application" "forms" {
  name        = "Forms vault"
  description = "Flow actions that read, create and update users"
  actions     = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = auth0vault_application.forms.client_id
  client_secret = auth0vault_application.forms.client_secret
  actions       = auth0vault_application.forms.actions

  # Auth0 asks for the setup again when the scopes of the client have changed.
  reconnect_triggers = { scopes = join(" ", auth0vault_application.forms.granted_scopes) }
}
