output "vault_connections" {
  description = "ID of the vault connection in each tenant."
  value       = { dev = module.dev.id, test = module.test.id, prod = module.prod.id }
}
