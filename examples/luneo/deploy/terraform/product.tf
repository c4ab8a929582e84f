# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product              = "luneo"
  secrets_object       = "luneo-secrets"
  notification_secrets = { for name in ["heartbeat_url", "slack_webhook", "smtp_password"] : name => kubernetes_secret_v1.secrets.data[name] if contains(nonsensitive(keys(kubernetes_secret_v1.secrets.data)), name) }
  environments = {
    staging = {
      context   = "luneo-staging"
      namespace = "luneo-staging"
      generated_secrets = {
        jwt = 64
      }
      required_secrets = ["stripe_secret_key", "stripe_webhook_secret"]
      datastores = {
        database = {
          managed = false
          url     = "postgres://app:%s@database:5432/app"
          host    = "database"
          port    = "5432"
          user    = "app"
          name    = "app"
        }
        cache = {
          managed = false
          url     = "redis://default:%s@cache:6379/0"
          host    = "cache"
          port    = "6379"
          user    = "default"
          name    = "0"
        }
      }
    }
    production = {
      context   = "luneo-production"
      namespace = "luneo"
      generated_secrets = {
        jwt = 64
      }
      required_secrets = ["stripe_secret_key", "stripe_webhook_secret", "sentry_dsn", "discord_webhook", "smtp_password", "heartbeat_url"]
      datastores = {
        database = {
          managed = false
          url     = "postgres://app:%s@database:5432/app"
          host    = "database"
          port    = "5432"
          user    = "app"
          name    = "app"
        }
        cache = {
          managed = false
          url     = "redis://default:%s@cache:6379/0"
          host    = "cache"
          port    = "6379"
          user    = "default"
          name    = "0"
        }
      }
    }
  }
}
