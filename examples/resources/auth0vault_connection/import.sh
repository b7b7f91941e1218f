# By id
terraform import auth0vault_connection.forms ac_driHxZHbTWt3zCyXRqsDFo

# By name, if no other vault connection has the same
terraform import auth0vault_connection.forms name:forms
