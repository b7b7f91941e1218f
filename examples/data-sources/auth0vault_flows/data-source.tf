data "auth0vault_flows" "crm" {
  name_prefix = "CRM "
}

# The IDs by name.
output "crm_flows" {
  value = { for flow in data.auth0vault_flows.crm.flows : flow.name => flow.id... }
}
