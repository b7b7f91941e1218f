run "create" {
  assert {
    condition     = toset(auth0vault_connection.forms.granted_scopes) == toset(["read:users", "update:users"])
    error_message = "The client has exactly the scopes that the actions need."
  }
}

run "rotate" {
  variables {
    secret_version = 2
  }

  assert {
    condition     = auth0vault_connection.forms.updated_at != auth0vault_connection.forms.created_at
    error_message = "A rotation updates the vault connection in place."
  }
}
