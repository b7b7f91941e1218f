output "user_ids" {
  description = "IDs of the users, by e-mail address."
  value       = { for email, user in auth0vault_user.all : email => user.id }
}
