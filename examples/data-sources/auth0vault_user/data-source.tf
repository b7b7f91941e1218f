# By e-mail address, which is read without the delay of a search, or by id.
data "auth0vault_user" "ada" {
  email = "ada@example.com"
}

output "ada_is_on_plan" {
  value = try(jsondecode(data.auth0vault_user.ada.user_metadata).plan, null)
}
