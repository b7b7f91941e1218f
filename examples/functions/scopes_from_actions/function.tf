# ["read:users", "update:users"]
output "scopes" {
  value = provider::auth0vault::scopes_from_actions(["GET_USER", "UPDATE_USER"])
}

# ["update:users"], from the actions of a flow. What send_request needs is not covered.
output "scopes_of_flow" {
  value = provider::auth0vault::scopes_from_actions([
    {
      id = "save"
      update_user = {
        connection_id = "ac_driHxZHbTWt3zCyXRqsDFo"
        user_id       = "{{context.user.user_id}}"
        changes       = jsonencode({ user_metadata = { plan = "{{fields.plan}}" } })
      }
    },
  ])
}
