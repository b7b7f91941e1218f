import {
  to = auth0vault_flow.profile
  id = "af_aj9fK5JBVy9Uo1eSnwCeMS" # or "name:Update profile"
}
