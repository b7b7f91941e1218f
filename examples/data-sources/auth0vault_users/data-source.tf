# Auth0's search, in Lucene's syntax. It lags a little behind writes.
data "auth0vault_users" "staff" {
  query = "email:*@example.com AND identities.connection:\"Username-Password-Authentication\""
}

output "blocked_staff" {
  value = [for u in data.auth0vault_users.staff.users : u.email if coalesce(u.blocked, false)]
}
