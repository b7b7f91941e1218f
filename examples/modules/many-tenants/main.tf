# One provider configuration for each tenant. Each has a client of its own; no client can reach two tenants.
provider "auth0vault" {
  alias         = "dev"
  domain        = var.tenants.dev.domain
  client_id     = var.tenants.dev.client_id
  client_secret = var.client_secrets.dev
}

provider "auth0vault" {
  alias         = "test"
  domain        = var.tenants.test.domain
  client_id     = var.tenants.test.client_id
  client_secret = var.client_secrets.test
}

provider "auth0vault" {
  alias         = "prod"
  domain        = var.tenants.prod.domain
  client_id     = var.tenants.prod.client_id
  client_secret = var.client_secrets.prod
}

module "dev" {
  source    = "./tenant"
  domain    = var.tenants.dev.domain
  providers = { auth0vault = auth0vault.dev }
}

module "test" {
  source    = "./tenant"
  domain    = var.tenants.test.domain
  providers = { auth0vault = auth0vault.test }
}

module "prod" {
  source    = "./tenant"
  domain    = var.tenants.prod.domain
  providers = { auth0vault = auth0vault.prod }
}
