import {
  to = auth0vault_user.ada
  identity = {
    id = "auth0|65a1f0c2d3e4b5a697887766"
  }
}
