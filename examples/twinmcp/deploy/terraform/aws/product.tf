# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product = "twinmcp"
  environments = {
    staging = {
      region = "us-east-1"
      databases = {
        database = {
          engine          = "postgres"
          version         = "16"
          family          = "postgres16"
          size            = "db.t4g.micro"
          region          = "us-east-1"
          port            = 5432
          storage         = 100
          max_connections = 300
          multi_az        = false
          snapshots       = 30
          replicate_to    = null
          url             = "postgres://app:%s@%s:5432/app"
        }
        vectors = {
          engine          = "postgres"
          version         = "16"
          family          = "postgres16"
          size            = "db.t4g.micro"
          region          = "us-east-1"
          port            = 5432
          storage         = 50
          max_connections = 200
          multi_az        = false
          snapshots       = 30
          replicate_to    = null
          url             = "postgres://app:%s@%s:5432/app"
        }
      }
      caches = {
        cache = {
          version   = "7.1"
          size      = "cache.t4g.micro"
          region    = "us-east-1"
          multi_az  = false
          snapshots = 7
        }
      }
      buckets = {
        documents = {
          bucket       = "twinmcp-staging-documents"
          region       = "us-east-1"
          snapshots    = 30
          replicate_to = "eu-west-1"
        }
      }
    }
    production = {
      region = "us-east-1"
      databases = {
        database = {
          engine          = "postgres"
          version         = "16"
          family          = "postgres16"
          size            = "db.t4g.medium"
          region          = "us-east-1"
          port            = 5432
          storage         = 100
          max_connections = 300
          multi_az        = true
          snapshots       = 30
          replicate_to    = "eu-west-1"
          url             = "postgres://app:%s@%s:5432/app"
        }
        vectors = {
          engine          = "postgres"
          version         = "16"
          family          = "postgres16"
          size            = "db.t4g.medium"
          region          = "us-east-1"
          port            = 5432
          storage         = 50
          max_connections = 200
          multi_az        = true
          snapshots       = 30
          replicate_to    = "eu-west-1"
          url             = "postgres://app:%s@%s:5432/app"
        }
      }
      caches = {
        cache = {
          version   = "7.1"
          size      = "cache.t4g.small"
          region    = "us-east-1"
          multi_az  = true
          snapshots = 7
        }
      }
      buckets = {
        documents = {
          bucket       = "twinmcp-production-documents"
          region       = "us-east-1"
          snapshots    = 30
          replicate_to = "eu-west-1"
        }
      }
    }
  }
}
