variable "domain" {
  description = "Domain of the tenant whose users the connection's actions work on."
  type        = string
}

variable "forms_client_id" {
  description = "Id of the machine-to-machine application behind the vault connection."
  type        = string
}

variable "forms_client_secret" {
  description = "Its secret."
  type        = string
  sensitive   = true
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
