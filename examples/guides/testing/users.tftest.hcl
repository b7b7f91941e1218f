mock_provider "auth0vault" {
  mock_resource "auth0vault_application" {
    defaults = {
      client_id = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
    }
  }
}

variables {
  ada_password = "Correct-Horse-9-Battery"
}

run "users_go_through_the_connection" {
  assert {
    condition     = auth0vault_user.ada.vault_connection.client_id == "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
    error_message = "Ada is not managed through the vault connection."
  }
}
