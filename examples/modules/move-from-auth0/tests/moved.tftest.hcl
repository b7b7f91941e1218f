# A test begins with an empty state, so it shows that the new configuration is right. The plan of a real move shows that nothing
# else changes: "Plan: 0 to add, 0 to change, 0 to destroy."
run "new_configuration" {
  assert {
    condition     = length(auth0vault_flow.profile.actions) == 2
    error_message = "The flow keeps its actions."
  }

  assert {
    condition     = jsondecode(auth0vault_user.ada.user_metadata).plan == "gold"
    error_message = "The user keeps the metadata of the configuration."
  }
}
