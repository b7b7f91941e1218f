provider "auth0vault" {}

# The application's secret is not stored in the state.
resource "auth0vault_application" "forms" {
  name                = "Forms vault"
  actions             = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
  store_client_secret = false
}

# It is read when Terraform needs it, and forgotten afterwards.
ephemeral "auth0vault_client_secret" "forms" {
  client_id = auth0vault_application.forms.client_id
}

# The write-only argument sends it to the vault. Neither the plan nor the state contains it.
resource "auth0vault_connection" "forms" {
  name             = "forms"
  domain           = var.domain
  client_id        = auth0vault_application.forms.client_id
  client_secret_wo = ephemeral.auth0vault_client_secret.forms.client_secret
  actions          = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

# Users need the secret in every plan. This provider configuration gets it from the ephemeral resource.
provider "auth0vault" {
  alias              = "forms"
  connection_secrets = { (auth0vault_application.forms.client_id) = ephemeral.auth0vault_client_secret.forms.client_secret }
}

resource "auth0vault_user" "ada" {
  provider = auth0vault.forms

  vault_connection = {
    domain    = auth0vault_connection.forms.domain
    client_id = auth0vault_connection.forms.client_id
    audience  = auth0vault_connection.forms.audience
  }
  email       = "ada@example.com"
  password_wo = var.ada_password
  on_destroy  = "block"
}
