# By id
terraform import auth0vault_flow.profile af_aj9fK5JBVy9Uo1eSnwCeMS

# By name, if no other flow has the same
terraform import auth0vault_flow.profile "name:Update profile"
