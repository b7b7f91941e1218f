import {
  to = auth0vault_application.forms
  identity = {
    id = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  }
}
