# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product              = "mechapizzai"
  secrets_object       = "mechapizzai-secrets"
  notification_secrets = { for name in ["heartbeat_url", "slack_webhook", "smtp_password"] : name => kubernetes_secret_v1.secrets.data[name] if contains(nonsensitive(keys(kubernetes_secret_v1.secrets.data)), name) }
  environments = {
    staging = {
      context   = "mechapizzai-staging"
      namespace = "mechapizzai-staging"
      generated_secrets = {
        jwt = 64
      }
      required_secrets = []
      datastores = {
        database = {
          managed = false
          url     = "postgres://app:%s@database:5432/app"
          host    = "database"
          port    = "5432"
          user    = "app"
          name    = "app"
        }
        sessions = {
          managed = false
          url     = "redis://default:%s@sessions:6379/0"
          host    = "sessions"
          port    = "6379"
          user    = "default"
          name    = "0"
        }
        assets = {
          managed = false
          url     = "http://assets:9000"
          host    = "assets"
          port    = "9000"
          user    = "app"
          name    = "mechapizzai-assets"
        }
      }
    }
    production = {
      context   = "mechapizzai-production"
      namespace = "mechapizzai"
      generated_secrets = {
        jwt = 64
      }
      required_secrets = ["sentry_dsn", "discord_webhook", "smtp_password", "heartbeat_url"]
      datastores = {
        database = {
          managed = false
          url     = "postgres://app:%s@database:5432/app"
          host    = "database"
          port    = "5432"
          user    = "app"
          name    = "app"
        }
        sessions = {
          managed = false
          url     = "redis://default:%s@sessions:6379/0"
          host    = "sessions"
          port    = "6379"
          user    = "default"
          name    = "0"
        }
        assets = {
          managed = true
        }
      }
    }
  }
}
