run "create" {
  assert {
    condition     = toset(auth0vault_connection.forms.granted_scopes) == toset(local.scopes)
    error_message = "The client has exactly the scopes that the flows need."
  }

  assert {
    condition     = strcontains(output.form.nodes, auth0vault_flow.load.id) && !strcontains(output.form.nodes, "#FLOW-")
    error_message = "The form refers to the flows of this tenant."
  }
}
