# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product = "ford"
  environments = {
    production = {
      region    = "us-east-1"
      databases = {}
      caches    = {}
      buckets = {
        files = {
          bucket       = "ford-production-files"
          region       = "us-east-1"
          snapshots    = 30
          replicate_to = "eu-west-1"
        }
      }
    }
  }
}
