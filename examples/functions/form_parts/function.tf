resource "auth0vault_flow" "save" {
  name = "Save profile"
}

locals {
  # The file that the dashboard exports: file("profile.json"). Here is the part of it that matters.
  export = jsonencode({
    form = {
      name      = "Profile"
      languages = { primary = "en" }
      nodes     = [{ id = "flow_HtMY", type = "FLOW", config = { flow_id = "#FLOW-1#", next_node = "$ending" } }]
      start     = { next_node = "flow_HtMY" }
      ending    = { resume_flow = true }
    }
    flows = { "#FLOW-1#" = { name = "Save profile", actions = [] } }
  })
}

# name, and languages, start, nodes, ending, messages, translations and style as JSON
output "form" {
  value = provider::auth0vault::form_parts(local.export, { "#FLOW-1#" = auth0vault_flow.save.id })
}
