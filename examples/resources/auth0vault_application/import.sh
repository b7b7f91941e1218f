# By client id
terraform import auth0vault_application.forms yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF

# By name, if no other machine-to-machine application has the same
terraform import auth0vault_application.forms "name:Forms vault"
