# Rendered by towel from towel.yaml (environments.staging). Edits are merged, never overwritten.
environment = "staging"
