variable "domain" {
  description = "Domain of the tenant, such as acme.eu.auth0.com."
  type        = string
}

variable "connection_name" {
  description = "Database connection that holds the users."
  type        = string
  default     = "Username-Password-Authentication"
}

variable "csv_file" {
  description = "CSV file with the columns email, given_name, family_name and plan."
  type        = string
  default     = "users.csv"
}

variable "password_seed" {
  description = "Secret from which the first passwords are derived."
  type        = string
  sensitive   = true
  ephemeral   = true
}
