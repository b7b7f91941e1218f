import {
  to = auth0vault_flow.profile
  identity = {
    id = "af_aj9fK5JBVy9Uo1eSnwCeMS"
  }
}
