# These blocks can go after the apply that moved the objects.
moved {
  from = auth0_flow_vault_connection.forms
  to   = auth0vault_connection.forms
}

moved {
  from = auth0_flow.profile
  to   = auth0vault_flow.profile
}

moved {
  from = auth0_user.ada
  to   = auth0vault_user.ada
}
