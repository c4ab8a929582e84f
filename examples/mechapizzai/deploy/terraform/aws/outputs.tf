# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
# Hand it on to deploy/terraform, which puts it where services read it:
#   terraform output -json | jq '{ managed: .managed.value }' > ../managed.auto.tfvars.json
# That file holds passwords: keep it out of version control.
output "managed" {
  description = "Where each datastore is and how it is entered."
  sensitive   = true
  value = merge(
    {
      for name, database in local.environment.databases : name => {
        url      = format(database.url, random_password.database[name].result, aws_db_instance.database[name].address)
        host     = aws_db_instance.database[name].address
        port     = tostring(database.port)
        user     = "app"
        password = random_password.database[name].result
        name     = "app"
      }
    },
    {
      for name, cache in local.environment.caches : name => {
        # `rediss`: the connection is encrypted.
        url = format(
          "rediss://default:%s@%s:6379/0",
          random_password.cache[name].result,
          aws_elasticache_replication_group.cache[name].primary_endpoint_address,
        )
        host     = aws_elasticache_replication_group.cache[name].primary_endpoint_address
        port     = "6379"
        user     = "default"
        password = random_password.cache[name].result
        name     = "0"
      }
    },
    {
      for name, bucket in local.environment.buckets : name => {
        url      = "https://${aws_s3_bucket.bucket[name].bucket_regional_domain_name}"
        host     = "s3.${bucket.region}.amazonaws.com"
        port     = "443"
        user     = aws_iam_access_key.client[name].id
        password = aws_iam_access_key.client[name].secret
        name     = aws_s3_bucket.bucket[name].bucket
      }
    },
  )
}
