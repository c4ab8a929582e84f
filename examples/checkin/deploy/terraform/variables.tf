# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
variable "environment" {
  description = "Which environment of the product this is; the name in towel.yaml."
  type        = string

  validation {
    condition     = contains(keys(local.environments), var.environment)
    error_message = "There is no such environment in towel.yaml."
  }
}

variable "namespace" {
  description = "Namespace of the product; what towel.yaml says unless given."
  type        = string
  default     = null
}

variable "kubeconfig_path" {
  description = "Kubeconfig that holds the environment's context."
  type        = string
  default     = "~/.kube/config"
}

variable "monitoring_namespace" {
  description = "Namespace of Prometheus and Grafana. Network policies let it reach metrics by this name."
  type        = string
  default     = "monitoring"
}
