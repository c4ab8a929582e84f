# Rendered by towel from towel.yaml (environments.production). Edits are merged, never overwritten.
environment = "production"
