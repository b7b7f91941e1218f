data "auth0vault_connection" "forms" {
  name = "forms"
}

locals {
  # The file that the dashboard exports: file("profile.json"). Here is the part of it that matters.
  export = jsonencode({
    form = { name = "Profile" }
    flows = {
      "#FLOW-1#" = {
        name = "Save profile"
        actions = [
          {
            id     = "save"
            type   = "AUTH0"
            action = "UPDATE_USER"
            params = {
              connection_id = "#CONN-1#"
              user_id       = "{{context.user.user_id}}"
              changes       = { user_metadata = { company = "{{fields.company}}" } }
            }
          },
          { id = "wait", type = "FLOW", action = "DELAY_FLOW", params = { number = 1, units = "SECONDS" } },
        ]
      }
    }
    connections = {
      "#CONN-1#" = { id = "ac_5vJk2mQe8sTn1xWb7cYdRf", app_id = "AUTH0", name = "Forms" }
    }
  })
}

resource "auth0vault_flow" "save" {
  name    = "Save profile"
  actions = provider::auth0vault::flow_actions(local.export, "Save profile", { "#CONN-1#" = data.auth0vault_connection.forms.id })
}
