# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  environment = local.environments[var.environment]
  namespace   = coalesce(var.namespace, local.environment.namespace)
}

resource "kubernetes_namespace_v1" "product" {
  metadata {
    name = local.namespace
  }

  lifecycle {
    # The overlay in deploy/kubernetes sets the labels, pod security among them.
    ignore_changes  = [metadata[0].labels, metadata[0].annotations]
    prevent_destroy = true
  }
}
