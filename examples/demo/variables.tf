variable "domain" {
  description = "Domain of the tenant whose users the connection's actions work on."
  type        = string
}

variable "ada_password" {
  description = "Ada's first password: in no plan and no state."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "plan" {
  description = "What Ada pays for."
  type        = string
  default     = "gold"
}

variable "year" {
  description = "The connection's client gets a new secret when this changes."
  type        = string
  default     = "2026"
}
