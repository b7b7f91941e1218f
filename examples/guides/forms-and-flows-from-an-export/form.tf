terraform {
  required_providers {
    auth0vault = { source = "auth0vault/auth0vault", version = "~> 0.1" }
    auth0      = { source = "auth0/auth0" }
  }
}

# Both providers read AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.
provider "auth0vault" {}
provider "auth0" {}

resource "auth0_form" "profile" {
  name         = local.form.name
  start        = local.form.start
  nodes        = local.form.nodes
  ending       = local.form.ending
  style        = local.form.style
  translations = local.form.translations

  # These two are blocks in the official provider.
  dynamic "languages" {
    for_each = local.form.languages[*]
    content {
      primary = jsondecode(languages.value).primary
      default = try(jsondecode(languages.value).default, null)
    }
  }

  dynamic "messages" {
    for_each = local.form.messages[*]
    content {
      errors = try(jsonencode(jsondecode(messages.value).errors), null)
      custom = try(jsonencode(jsondecode(messages.value).custom), null)
    }
  }
}
