# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product = "mechapizzai"
  environments = {
    production = {
      region    = "eu-west-3"
      databases = {}
      caches    = {}
      buckets = {
        assets = {
          bucket       = "mechapizzai-production-assets"
          region       = "eu-west-3"
          snapshots    = 30
          replicate_to = "eu-central-1"
        }
      }
    }
  }
}
