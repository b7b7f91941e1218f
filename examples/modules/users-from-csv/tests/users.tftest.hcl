run "create" {
  assert {
    condition     = length(output.user_ids) == 100
    error_message = "Every line of the file is a user."
  }

  assert {
    condition     = alltrue([for user in values(auth0vault_user.all) : user.password_wo == null])
    error_message = "No password is in the state."
  }

  assert {
    condition     = auth0vault_user.all["user001@example.com"].family_name == null
    error_message = "An empty cell leaves the attribute out."
  }
}

run "plan_again" {
  command = plan

  assert {
    # A planned update would make the time of the last change unknown.
    condition     = alltrue([for user in values(auth0vault_user.all) : user.updated_at != null])
    error_message = "A second plan changes nothing."
  }
}
