# A flow that is managed elsewhere, for a form that is managed here.
data "auth0vault_flow" "profile" {
  name = "Update profile"
}

output "profile_flow_id" {
  value = data.auth0vault_flow.profile.id
}
