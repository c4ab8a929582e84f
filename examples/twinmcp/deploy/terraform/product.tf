# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  product              = "twinmcp"
  secrets_object       = "twinmcp-secrets"
  notification_secrets = { for name in ["heartbeat_url", "slack_webhook", "smtp_password"] : name => kubernetes_secret_v1.secrets.data[name] if contains(nonsensitive(keys(kubernetes_secret_v1.secrets.data)), name) }
  environments = {
    staging = {
      context   = "twinmcp-staging"
      namespace = "twinmcp-staging"
      generated_secrets = {
        jwt          = 64
        api_key_salt = 32
      }
      required_secrets = ["openai_api_key"]
      datastores = {
        database = {
          managed = true
        }
        vectors = {
          managed = true
        }
        cache = {
          managed = true
        }
        documents = {
          managed = true
        }
      }
    }
    production = {
      context   = "twinmcp-production"
      namespace = "twinmcp"
      generated_secrets = {
        jwt          = 64
        api_key_salt = 32
      }
      required_secrets = ["openai_api_key", "sentry_dsn", "smtp_password", "heartbeat_url"]
      datastores = {
        database = {
          managed = true
        }
        vectors = {
          managed = true
        }
        cache = {
          managed = true
        }
        documents = {
          managed = true
        }
      }
    }
  }
}
