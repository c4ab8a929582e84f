# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product              = "ford"
  secrets_object       = "ford-secrets"
  notification_secrets = { for name in ["heartbeat_url", "slack_webhook", "smtp_password"] : name => kubernetes_secret_v1.secrets.data[name] if contains(nonsensitive(keys(kubernetes_secret_v1.secrets.data)), name) }
  environments = {
    staging = {
      context   = "ford-staging"
      namespace = "ford-staging"
      generated_secrets = {
        app_secret = 64
        jwt        = 64
      }
      required_secrets = []
      datastores = {
        database = {
          managed = false
          url     = "mysql://app:%s@database:3306/app"
          host    = "database"
          port    = "3306"
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
        queue = {
          managed = false
          url     = "amqp://app:%s@queue:5672/app"
          host    = "queue"
          port    = "5672"
          user    = "app"
          name    = "app"
        }
        files = {
          managed = false
          url     = "http://files:9000"
          host    = "files"
          port    = "9000"
          user    = "app"
          name    = "ford-files"
        }
      }
    }
    production = {
      context   = "ford-production"
      namespace = "ford-production"
      generated_secrets = {
        app_secret = 64
        jwt        = 64
      }
      required_secrets = ["mailer_dsn", "sentry_dsn", "smtp_password", "heartbeat_url"]
      datastores = {
        database = {
          managed = false
          url     = "mysql://app:%s@database:3306/app"
          host    = "database"
          port    = "3306"
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
        queue = {
          managed = false
          url     = "amqp://app:%s@queue:5672/app"
          host    = "queue"
          port    = "5672"
          user    = "app"
          name    = "app"
        }
        files = {
          managed = true
        }
      }
    }
  }
}
