# The official provider stays until nothing in the state names it any more. It also keeps what this provider does not manage.
terraform {
  required_providers {
    auth0 = {
      source  = "auth0/auth0"
      version = "~> 1.54"
    }
  }
}

provider "auth0" {}

resource "auth0_user_roles" "ada" {
  user_id = auth0vault_user.ada.id
  roles   = [auth0_role.customer.id]
}

resource "auth0_role" "customer" {
  name = "Customer"
}
