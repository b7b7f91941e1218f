variables {
  tenants = {
    dev  = { domain = "acme-dev.eu.auth0.com", client_id = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc" }
    test = { domain = "acme-test.eu.auth0.com", client_id = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc" }
    prod = { domain = "acme.eu.auth0.com", client_id = "mZJ7GLbvYXQ4rTtGZwQm2PIXNfPBVyZc" }
  }
  client_secrets = {
    dev  = "a-secret-of-the-examples"
    test = "a-secret-of-the-examples"
    prod = "a-secret-of-the-examples"
  }
}

run "create" {
  assert {
    condition     = length(distinct(values(output.vault_connections))) == 3
    error_message = "Each tenant has a vault connection of its own."
  }
}
