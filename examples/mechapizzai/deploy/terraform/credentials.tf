# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
variable "managed" {
  description = "Where a provider runs datastores, by their names in towel.yaml; the output `managed` of deploy/terraform/aws."
  type = map(object({
    url      = string
    host     = string
    port     = string
    user     = string
    password = string
    name     = string
  }))
  default   = {}
  sensitive = true
}

locals {
  in_cluster = { for name, datastore in local.environment.datastores : name => datastore if !datastore.managed }
  managed    = { for name, datastore in local.environment.datastores : name => datastore if datastore.managed }
}

resource "random_password" "datastore" {
  for_each = local.in_cluster

  length = 32
  # It becomes part of a URL.
  special = false
}

resource "kubernetes_secret_v1" "credentials" {
  for_each = local.in_cluster

  metadata {
    name      = "${each.key}-credentials"
    namespace = kubernetes_namespace_v1.product.metadata[0].name
  }

  data = {
    url      = format(each.value.url, random_password.datastore[each.key].result)
    host     = each.value.host
    port     = each.value.port
    user     = each.value.user
    password = random_password.datastore[each.key].result
    name     = each.value.name
  }
}

resource "kubernetes_secret_v1" "managed" {
  for_each = local.managed

  metadata {
    name      = "${each.key}-credentials"
    namespace = kubernetes_namespace_v1.product.metadata[0].name
  }

  data = var.managed[each.key]

  lifecycle {
    precondition {
      condition     = contains(nonsensitive(keys(var.managed)), each.key)
      error_message = "Apply deploy/terraform/aws first, and hand its output on: see its outputs.tf."
    }
  }
}
