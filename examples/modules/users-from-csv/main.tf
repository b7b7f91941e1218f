provider "auth0vault" {}

locals {
  users = { for user in csvdecode(file(var.csv_file)) : user.email => user }
}

# The users are created by the vault connection's client, which has these scopes and no others.
resource "auth0vault_application" "import" {
  name    = "Import of users"
  actions = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_connection" "import" {
  name          = "import"
  domain        = var.domain
  client_id     = auth0vault_application.import.client_id
  client_secret = auth0vault_application.import.client_secret
  actions       = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_user" "all" {
  for_each = local.users

  vault_connection = auth0vault_connection.import
  connection_name  = var.connection_name
  email            = each.key
  verify_email     = false

  # An empty cell of a CSV file is an empty string. Null leaves the attribute out.
  given_name  = each.value.given_name != "" ? each.value.given_name : null
  family_name = each.value.family_name != "" ? each.value.family_name : null

  # The first password: another one for each user, in no plan and no state, and sent once. Users choose their own with a reset.
  password_wo         = "${substr(sha256("${var.password_seed}:${each.key}"), 0, 40)}-A1"
  password_wo_version = 1

  user_metadata = jsonencode({ plan = each.value.plan })

  # Without delete:users, the vault connection cannot delete anybody.
  on_destroy = "block"
}
