package main

import "strings"

// contender is what manages the users of a scenario.
type contender struct {
	name, config string
	// floor marks Terraform's own cost: the same number of resources, and no provider.
	floor bool
}

const header = `
terraform {
  required_providers {
    PROVIDER = { source = "SOURCE" }
  }
}

provider "PROVIDER" {}
`

const variables = `
variable "users" { type = number }
variable "connections" { type = number }
variable "domain" { type = string }
variable "client_id" { type = string }
variable "client_secret" { type = string }
variable "greeting" { default = "hello" }
`

// The configurations do the same with each provider. Another greeting is the "one change".
var (
	auth0vault = contender{name: "auth0vault", config: withProvider("auth0vault", "auth0vault/auth0vault") + variables + `
resource "auth0vault_connection" "c" {
  count         = var.connections
  name          = "forms ${count.index}"
  domain        = var.domain
  client_id     = var.client_id
  client_secret = var.client_secret
  actions       = ["GET_USER", "CREATE_USER", "UPDATE_USER"]
}

resource "auth0vault_user" "u" {
  count            = var.users
  vault_connection = var.connections > 0 ? auth0vault_connection.c[0] : null
  email            = "user${count.index}@example.com"
  password         = "Correct-Horse-42"
  user_metadata    = jsonencode({ greeting = count.index == 0 ? var.greeting : "hello" })
}
`}
	official = contender{name: "auth0/auth0", config: withProvider("auth0", "auth0/auth0") + variables + `
resource "auth0_flow_vault_connection" "c" {
  count  = var.connections
  name   = "forms ${count.index}"
  app_id = "AUTH0"
  setup = {
    type          = "OAUTH_APP"
    domain        = var.domain
    client_id     = var.client_id
    client_secret = var.client_secret
  }
}

resource "auth0_user" "u" {
  count           = var.users
  connection_name = "Username-Password-Authentication"
  email           = "user${count.index}@example.com"
  password        = "Correct-Horse-42"
  user_metadata   = jsonencode({ greeting = count.index == 0 ? var.greeting : "hello" })
}
`}
	floor = contender{name: "terraform_data", floor: true, config: variables + `
resource "terraform_data" "c" {
  count = var.connections
  input = "forms ${count.index}"
}

resource "terraform_data" "u" {
  count = var.users
  input = jsonencode({ email = "user${count.index}@example.com", greeting = count.index == 0 ? var.greeting : "hello" })
}
`}
)

func withProvider(name, source string) string {
	return strings.NewReplacer("PROVIDER", name, "SOURCE", source).Replace(header)
}

// contenders returns what is measured in a scenario: this provider, and what it is compared with where nothing else waits.
func (r *runner) contenders(s scenario) []contender {
	all := []contender{auth0vault}
	if r.official != "" && (s.limit.burst == 0 || r.official429) {
		all = append(all, official)
	}
	if s.limit.burst == 0 {
		all = append(all, floor)
	}
	return all
}
