# terraform apply -invoke=action.auth0vault_send_verification_email.ada
action "auth0vault_send_verification_email" "ada" {
  config {
    user_id   = "auth0|65a1f0c2d3e4b5a697887766"
    client_id = "yC7EGV6cU8HTDyBPpNLwQtrnSVaxLxQF"
  }
}
