# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.7"
    }
  }
}

# Each resource names its region, so that one run can hold originals and copies.
provider "aws" {
  region = local.environment.region

  default_tags {
    tags = {
      product     = local.product
      environment = var.environment
      managed-by  = "towel"
    }
  }
}

variable "environment" {
  description = "Which environment of the product this is; the name in towel.yaml."
  type        = string

  validation {
    condition     = contains(keys(local.environments), var.environment)
    error_message = "No datastore of this environment is managed by AWS."
  }
}

locals {
  environment = local.environments[var.environment]
}
