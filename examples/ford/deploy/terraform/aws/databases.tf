# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
resource "random_password" "database" {
  for_each = local.environment.databases

  length = 32
  # It becomes part of a URL.
  special = false
}

resource "aws_db_subnet_group" "database" {
  count = length(local.environment.databases) > 0 ? 1 : 0

  name       = "${local.product}-${var.environment}"
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "database" {
  for_each = local.environment.databases

  name_prefix = "${local.product}-${var.environment}-${each.key}-"
  family      = each.value.family

  dynamic "parameter" {
    for_each = each.value.max_connections == null ? [] : [each.value.max_connections]

    content {
      name  = "max_connections"
      value = parameter.value
      # The server reads it when it starts.
      apply_method = "pending-reboot"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "database" {
  for_each = local.environment.databases

  identifier                 = "${local.product}-${var.environment}-${each.key}"
  region                     = each.value.region
  engine                     = each.value.engine
  engine_version             = each.value.version
  instance_class             = each.value.size
  allocated_storage          = each.value.storage
  max_allocated_storage      = each.value.storage * 2
  storage_type               = "gp3"
  storage_encrypted          = true
  db_name                    = "app"
  username                   = "app"
  password                   = random_password.database[each.key].result
  port                       = each.value.port
  parameter_group_name       = aws_db_parameter_group.database[each.key].name
  db_subnet_group_name       = aws_db_subnet_group.database[0].name
  vpc_security_group_ids     = [aws_security_group.datastore[each.key].id]
  publicly_accessible        = false
  multi_az                   = each.value.multi_az
  auto_minor_version_upgrade = true
  backup_retention_period    = each.value.snapshots
  backup_window              = "02:00-03:00"
  maintenance_window         = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot      = true
  deletion_protection        = true
  skip_final_snapshot        = false
  final_snapshot_identifier  = "${local.product}-${var.environment}-${each.key}-final"

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  replicated_databases = { for name, database in local.environment.databases : name => database if database.replicate_to != null }
}

resource "aws_kms_key" "replica" {
  for_each = local.replicated_databases

  region                  = each.value.replicate_to
  description             = "Copies of backups of ${each.key} of ${local.product}"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_db_instance_automated_backups_replication" "replica" {
  for_each = local.replicated_databases

  region                 = each.value.replicate_to
  source_db_instance_arn = aws_db_instance.database[each.key].arn
  kms_key_id             = aws_kms_key.replica[each.key].arn
  retention_period       = each.value.snapshots
}
