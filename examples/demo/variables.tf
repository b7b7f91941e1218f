variable "domain" {
  description = "Domain of the tenant whose users the vault connection's actions work on."
  type        = string
}

variable "ada_password" {
  description = "Ada's first password. It is in no plan and no state."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "client_secret" {
  description = "Client secret of the vault connection. Default: that of the application."
  type        = string
  sensitive   = true
  default     = null
}

variable "plan" {
  description = "The plan that Ada pays for."
  type        = string
  default     = "gold"
}

variable "year" {
  description = "A change rotates the client secret of the vault connection's application."
  type        = string
  default     = "2026"
}
