import {
  to = auth0vault_connection.forms
  identity = {
    id = "ac_driHxZHbTWt3zCyXRqsDFo"
  }
}
