# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
variable "secrets" {
  description = "Values of the secrets that nothing generates, by their names in towel.yaml. Best given as TF_VAR_secrets."
  type        = map(string)
  default     = {}
  sensitive   = true
}

resource "random_password" "secret" {
  for_each = local.environment.generated_secrets

  length  = each.value
  special = false
}

resource "kubernetes_secret_v1" "secrets" {
  metadata {
    name      = local.secrets_object
    namespace = kubernetes_namespace_v1.product.metadata[0].name
  }

  # A value that is given wins over a generated one, so that a secret can be taken over from elsewhere.
  data = merge({ for name, password in random_password.secret : name => password.result }, var.secrets)

  lifecycle {
    precondition {
      condition = length(setsubtract(
        local.environment.required_secrets,
        concat(nonsensitive(keys(var.secrets)), keys(local.environment.generated_secrets)),
      )) == 0
      error_message = "A secret that towel.yaml requires here has no value: ${join(", ", local.environment.required_secrets)}."
    }
  }
}
