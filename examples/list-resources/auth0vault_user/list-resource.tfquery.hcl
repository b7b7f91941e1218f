# The users of one database connection who have a gold plan, oldest first.
list "auth0vault_user" "gold" {
  provider         = auth0vault
  include_resource = true
  limit            = 1000

  config {
    query = "identities.connection:\"Username-Password-Authentication\" AND user_metadata.plan:\"gold\""
  }
}
