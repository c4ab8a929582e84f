# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product              = "checkin"
  secrets_object       = "checkin-secrets"
  notification_secrets = { for name in ["heartbeat_url", "slack_webhook", "smtp_password"] : name => kubernetes_secret_v1.secrets.data[name] if contains(nonsensitive(keys(kubernetes_secret_v1.secrets.data)), name) }
  environments = {
    staging = {
      context   = "checkin-staging"
      namespace = "checkin-staging"
      generated_secrets = {
        jwt = 64
      }
      required_secrets = []
      datastores = {
        mongodb = {
          managed = false
          url     = "mongodb://app:%s@mongodb-0.mongodb:27017,mongodb-1.mongodb:27017,mongodb-2.mongodb:27017/app?authSource=admin&replicaSet=rs0"
          host    = "mongodb"
          port    = "27017"
          user    = "app"
          name    = "app"
        }
        redis = {
          managed = false
          url     = "redis://default:%s@redis:6379/0"
          host    = "redis"
          port    = "6379"
          user    = "default"
          name    = "0"
        }
      }
    }
    production = {
      context   = "checkin-production"
      namespace = "checkin-production"
      generated_secrets = {
        jwt = 64
      }
      required_secrets = ["sentry_dsn", "discord_webhook", "smtp_password", "heartbeat_url"]
      datastores = {
        mongodb = {
          managed = false
          url     = "mongodb://app:%s@mongodb-0.mongodb:27017,mongodb-1.mongodb:27017,mongodb-2.mongodb:27017/app?authSource=admin&replicaSet=rs0"
          host    = "mongodb"
          port    = "27017"
          user    = "app"
          name    = "app"
        }
        redis = {
          managed = false
          url     = "redis://default:%s@redis:6379/0"
          host    = "redis"
          port    = "6379"
          user    = "default"
          name    = "0"
        }
      }
    }
  }
}
