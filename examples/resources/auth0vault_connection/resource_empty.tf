# An empty vault connection: its credentials are entered in the dashboard. Flows can already refer to it.
resource "auth0vault_connection" "forms" {
  name = "forms"
}
