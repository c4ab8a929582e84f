# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  replicated_buckets = { for name, bucket in local.environment.buckets : name => bucket if bucket.replicate_to != null }
  # Originals and copies are kept alike.
  all_buckets = merge(
    { for name, bucket in local.environment.buckets : name => { bucket = bucket.bucket, region = bucket.region, snapshots = bucket.snapshots } },
    { for name, bucket in local.replicated_buckets : "${name}-replica" => { bucket = "${bucket.bucket}-replica", region = bucket.replicate_to, snapshots = bucket.snapshots } },
  )
}

resource "aws_s3_bucket" "bucket" {
  for_each = local.all_buckets

  bucket = each.value.bucket
  region = each.value.region

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "bucket" {
  for_each = local.all_buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  region = each.value.region

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  for_each = local.all_buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  region = each.value.region

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  for_each = local.all_buckets

  bucket                  = aws_s3_bucket.bucket[each.key].id
  region                  = each.value.region
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "bucket" {
  for_each = local.all_buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  region = each.value.region

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = each.value.snapshots
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.bucket]
}

data "aws_iam_policy_document" "replication_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "replication" {
  for_each = local.replicated_buckets

  statement {
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [aws_s3_bucket.bucket[each.key].arn]
  }

  statement {
    actions   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
    resources = ["${aws_s3_bucket.bucket[each.key].arn}/*"]
  }

  statement {
    actions   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    resources = ["${aws_s3_bucket.bucket["${each.key}-replica"].arn}/*"]
  }
}

resource "aws_iam_role" "replication" {
  for_each = local.replicated_buckets

  name               = "${local.product}-${var.environment}-${each.key}-replication"
  assume_role_policy = data.aws_iam_policy_document.replication_trust.json
}

resource "aws_iam_role_policy" "replication" {
  for_each = local.replicated_buckets

  role   = aws_iam_role.replication[each.key].id
  policy = data.aws_iam_policy_document.replication[each.key].json
}

resource "aws_s3_bucket_replication_configuration" "bucket" {
  for_each = local.replicated_buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  region = each.value.region
  role   = aws_iam_role.replication[each.key].arn

  rule {
    id     = "everything"
    status = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Enabled"
    }

    destination {
      bucket = aws_s3_bucket.bucket["${each.key}-replica"].arn
    }
  }

  depends_on = [aws_s3_bucket_versioning.bucket]
}

data "aws_iam_policy_document" "client" {
  for_each = local.environment.buckets

  statement {
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = [aws_s3_bucket.bucket[each.key].arn]
  }

  statement {
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.bucket[each.key].arn}/*"]
  }
}

# Services are told a user and a password for every datastore, so a bucket has them as well.
resource "aws_iam_user" "client" {
  for_each = local.environment.buckets

  name = "${local.product}-${var.environment}-${each.key}"
}

resource "aws_iam_user_policy" "client" {
  for_each = local.environment.buckets

  user   = aws_iam_user.client[each.key].name
  policy = data.aws_iam_policy_document.client[each.key].json
}

resource "aws_iam_access_key" "client" {
  for_each = local.environment.buckets

  user = aws_iam_user.client[each.key].name
}
