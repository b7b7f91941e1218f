variable "forms_client_secret" {
  type      = string
  sensitive = true
}

# Check the credentials after each deployment, or on their own:
# terraform apply -invoke=action.auth0vault_verify_connection.forms
action "auth0vault_verify_connection" "forms" {
  config {
    vault_connection = {
      domain        = "acme.eu.auth0.com"
      client_id     = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
      client_secret = var.forms_client_secret
    }
    actions = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
  }
}
