moved {
  from = auth0_flow_vault_connection.forms
  to   = auth0vault_connection.forms
}

moved {
  from = auth0_flow.profile
  to   = auth0vault_flow.profile
}

moved {
  from = auth0_user.ada
  to   = auth0vault_user.ada
}

moved {
  from = auth0_client.orders
  to   = auth0vault_application.orders
}

variable "forms_client_secret" {
  type      = string
  sensitive = true
}

variable "ada_password" {
  type      = string
  sensitive = true
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret = var.forms_client_secret
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

# The grant of the application is read by the first refresh. The official provider's
# auth0_client_grant leaves the state with a removed block.
resource "auth0vault_application" "orders" {
  name                = "Orders"
  actions             = ["GET_USER"]
  scopes              = ["read:clients"]
  store_client_secret = false
}
