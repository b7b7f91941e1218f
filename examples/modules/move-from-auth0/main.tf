provider "auth0vault" {}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = var.domain
  client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret = var.client_secret
}

resource "auth0vault_flow" "profile" {
  name = "Update profile"
  actions = [
    {
      id       = "load"
      get_user = { connection_id = auth0vault_connection.forms.id, user_id = "{{context.user.user_id}}" }
    },
    {
      id   = "wait"
      json = jsonencode({ type = "FLOW", action = "DELAY_FLOW", params = { number_of_seconds = 1 } })
    },
  ]
}

resource "auth0vault_user" "ada" {
  email         = "ada@example.com"
  password      = var.ada_password
  user_metadata = jsonencode({ plan = "gold" })
}
