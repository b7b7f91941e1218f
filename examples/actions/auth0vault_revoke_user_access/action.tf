resource "auth0vault_user" "grace" {
  email    = "grace@example.com"
  password = var.grace_password

  # Whenever the user changes, all sessions end.
  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.auth0vault_revoke_user_access.grace]
    }
  }
}

action "auth0vault_revoke_user_access" "grace" {
  config {
    user_id = auth0vault_user.grace.id
  }
}

variable "grace_password" {
  type      = string
  sensitive = true
}
