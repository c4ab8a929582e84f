# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
resource "random_password" "cache" {
  for_each = local.environment.caches

  length  = 32
  special = false
}

resource "aws_elasticache_subnet_group" "cache" {
  count = length(local.environment.caches) > 0 ? 1 : 0

  name       = "${local.product}-${var.environment}"
  subnet_ids = var.subnet_ids
}

resource "aws_elasticache_replication_group" "cache" {
  for_each = local.environment.caches

  replication_group_id       = "${local.product}-${var.environment}-${each.key}"
  region                     = each.value.region
  description                = "${each.key} of ${local.product}"
  engine                     = "redis"
  engine_version             = each.value.version
  node_type                  = each.value.size
  num_cache_clusters         = each.value.multi_az ? 2 : 1
  automatic_failover_enabled = each.value.multi_az
  multi_az_enabled           = each.value.multi_az
  port                       = 6379
  subnet_group_name          = aws_elasticache_subnet_group.cache[0].name
  security_group_ids         = [aws_security_group.datastore[each.key].id]
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auth_token                 = random_password.cache[each.key].result
  snapshot_retention_limit   = each.value.snapshots
  snapshot_window            = "02:00-03:00"
  maintenance_window         = "sun:03:30-sun:04:30"
  final_snapshot_identifier  = "${local.product}-${var.environment}-${each.key}-final"

  lifecycle {
    prevent_destroy = true
  }
}
