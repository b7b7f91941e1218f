resource "auth0vault_flow" "welcome" {
  name = "Welcome"
  actions = [
    {
      id         = "greet"
      send_email = { to = "{{context.user.email}}", subject = "Welcome", body = "<p>Welcome!</p>" }
    },
  ]
}

# The flow sends with the tenant's own e-mail provider.
data "auth0vault_notifications" "tenant" {
  channels = ["email"]
}

# A warning in every plan for as long as the e-mails cannot be sent.
check "emails_can_be_sent" {
  assert {
    condition     = data.auth0vault_notifications.tenant.email.enabled
    error_message = "Configure and enable an e-mail provider under Branding > Email Provider: the flow \"${auth0vault_flow.welcome.name}\" sends e-mails."
  }
}
