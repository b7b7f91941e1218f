import {
  to = auth0vault_connection.forms
  id = "ac_driHxZHbTWt3zCyXRqsDFo" # or "name:forms"
}
