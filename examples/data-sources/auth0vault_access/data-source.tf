# What the vault connection's client may do, against what its flow actions need.
data "auth0vault_access" "forms" {
  client_id = var.forms_client_id
  actions   = ["GET_USER", "UPDATE_USER"]
}

variable "forms_client_id" {
  type = string
}

# A warning in every plan for as long as the client may do more than it needs.
check "least_privilege" {
  assert {
    condition     = length(data.auth0vault_access.forms.excess_scopes) == 0
    error_message = "Remove from the grant: ${join(", ", data.auth0vault_access.forms.excess_scopes)}."
  }
}

# An error, before anything is changed, if it may do less.
resource "terraform_data" "forms_ready" {
  lifecycle {
    precondition {
      condition     = length(data.auth0vault_access.forms.missing_scopes) == 0
      error_message = "Add to the grant: ${join(", ", data.auth0vault_access.forms.missing_scopes)}."
    }
  }
}
