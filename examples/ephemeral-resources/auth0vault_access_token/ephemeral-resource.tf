# A token of the vault connection's client, for as long as the run lasts.
ephemeral "auth0vault_access_token" "forms" {
  domain        = "acme.eu.auth0.com"
  client_id     = var.forms_client_id
  client_secret = var.forms_client_secret
}

variable "forms_client_id" {
  type = string
}

variable "forms_client_secret" {
  type      = string
  ephemeral = true
}

# It can be handed to whatever takes ephemeral values: another provider's
# configuration, a write-only argument, or a provisioner.
resource "terraform_data" "smoke_test" {
  provisioner "local-exec" {
    command     = "curl --fail --silent --header \"Authorization: Bearer $TOKEN\" \"https://acme.eu.auth0.com/api/v2/users?per_page=1\""
    environment = { TOKEN = ephemeral.auth0vault_access_token.forms.access_token }
  }
}
