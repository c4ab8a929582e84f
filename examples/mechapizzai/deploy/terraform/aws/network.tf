# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
variable "vpc_id" {
  description = "The VPC of the cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups of the cluster's nodes: nobody else reaches the datastores."
  type        = list(string)
}

locals {
  ports = merge(
    { for name, database in local.environment.databases : name => database.port },
    { for name, cache in local.environment.caches : name => 6379 },
  )
  doors = {
    for door in setproduct(keys(local.ports), var.client_security_group_ids) : join("-", door) => door
  }
}

resource "aws_security_group" "datastore" {
  for_each = local.ports

  name        = "${local.product}-${var.environment}-${each.key}"
  description = "Reaches ${each.key} of ${local.product}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "datastore" {
  for_each = local.doors

  security_group_id            = aws_security_group.datastore[each.value[0]].id
  referenced_security_group_id = each.value[1]
  description                  = "From the cluster's nodes"
  ip_protocol                  = "tcp"
  from_port                    = local.ports[each.value[0]]
  to_port                      = local.ports[each.value[0]]
}
