variable "forms_client_secret" {
  type      = string
  sensitive = true
}

resource "auth0vault_connection" "forms" {
  name          = "forms"
  domain        = "acme.eu.auth0.com"
  client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  client_secret = var.forms_client_secret
  actions       = ["GET_USER", "UPDATE_USER"]
}

resource "auth0vault_flow" "profile" {
  name = "Update profile"
  actions = [
    {
      id       = "load"
      get_user = { connection_id = auth0vault_connection.forms.id, user_id = "{{context.user.user_id}}" }
    },
    # Any other action, in the form of Auth0's API.
    {
      id = "remember"
      json = jsonencode({
        type   = "FLOW"
        action = "STORE_VARS"
        params = { vars = { plan = "{{fields.plan}}" } }
      })
    },
    {
      id = "save"
      update_user = {
        connection_id = auth0vault_connection.forms.id
        user_id       = "{{context.user.user_id}}"
        changes       = jsonencode({ user_metadata = { plan = "{{vars.plan}}" } })
      }
    },
    {
      id            = "tell"
      alias         = "Tell the user"
      allow_failure = true
      send_email = {
        to      = "{{context.user.email}}"
        subject = "Your profile"
        body    = "<p>Your profile was updated.</p>"
      }
    },
  ]
}
