# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
terraform {
  required_version = ">= 1.9"

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.1"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.7"
    }
  }
}

provider "kubernetes" {
  config_path    = var.kubeconfig_path
  config_context = local.environment.context
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig_path
    config_context = local.environment.context
  }
}
