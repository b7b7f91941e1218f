output "form" {
  description = "The parts of the form, with its flows bound, for a form resource."
  value       = local.form
}

locals {
  form = provider::auth0vault::form_parts(local.export, {
    "#FLOW-1#" = auth0vault_flow.load.id
    "#FLOW-2#" = auth0vault_flow.save.id
  })
}
