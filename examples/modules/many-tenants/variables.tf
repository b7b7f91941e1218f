variable "tenants" {
  description = "Domain and client ID for each tenant."
  type = object({
    dev  = object({ domain = string, client_id = string })
    test = object({ domain = string, client_id = string })
    prod = object({ domain = string, client_id = string })
  })
}

variable "client_secrets" {
  description = "Client secret for each tenant."
  type        = object({ dev = string, test = string, prod = string })
  sensitive   = true
  ephemeral   = true
}
