# ["read:users", "update:users"]
output "scopes" {
  value = provider::auth0vault::scopes_from_actions(["GET_USER", "UPDATE_USER"])
}
