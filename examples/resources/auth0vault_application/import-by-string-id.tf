import {
  to = auth0vault_application.forms
  id = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF" # or "name:Forms vault"
}
