# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
locals {
  # An environment whose monitoring differs has a folder of its own.
  own_monitoring = "${path.module}/../monitoring/${var.environment}"
  monitoring = (
    fileexists("${local.own_monitoring}/prometheus/prometheus.yaml")
    ? local.own_monitoring
    : "${path.module}/../monitoring"
  )
  rules      = fileset("${local.monitoring}/prometheus/rules", "*.yaml")
  dashboards = fileset("${local.monitoring}/grafana/dashboards", "*.json")
}

resource "kubernetes_namespace_v1" "monitoring" {
  metadata {
    name = var.monitoring_namespace
  }
}

resource "kubernetes_config_map_v1" "rules" {
  metadata {
    name      = "${local.product}-rules"
    namespace = kubernetes_namespace_v1.monitoring.metadata[0].name
  }

  data = { for file in local.rules : file => file("${local.monitoring}/prometheus/rules/${file}") }
}

resource "kubernetes_config_map_v1" "dashboards" {
  for_each = local.dashboards

  metadata {
    name      = "${local.product}-dashboard-${trimsuffix(each.key, ".json")}"
    namespace = kubernetes_namespace_v1.monitoring.metadata[0].name
    labels    = { grafana_dashboard = "1" }
  }

  data = { (each.key) = file("${local.monitoring}/grafana/dashboards/${each.key}") }
}

# Values of the secrets that alerts travel with; Alertmanager reads them as files.
resource "kubernetes_secret_v1" "alertmanager" {
  metadata {
    name      = "${local.product}-alertmanager"
    namespace = kubernetes_namespace_v1.monitoring.metadata[0].name
  }

  data = local.notification_secrets
}

resource "helm_release" "prometheus" {
  name       = "prometheus"
  namespace  = kubernetes_namespace_v1.monitoring.metadata[0].name
  repository = "https://prometheus-community.github.io/helm-charts"
  chart      = "prometheus"
  version    = "27.5.1"

  values = [yamlencode({
    serverFiles = {
      "prometheus.yml" = merge(
        yamldecode(file("${local.monitoring}/prometheus/prometheus.yaml")),
        { rule_files = ["/etc/prometheus/rules/*.yaml"] },
      )
    }
    server = {
      retention        = "30d"
      persistentVolume = { size = "20Gi" }
      extraConfigmapMounts = [{
        name      = "rules"
        configMap = kubernetes_config_map_v1.rules.metadata[0].name
        mountPath = "/etc/prometheus/rules"
        readOnly  = true
      }]
    }
    alertmanager = {
      config = yamldecode(file("${local.monitoring}/alertmanager/alertmanager.yaml"))
      extraSecretMounts = [{
        name       = "secrets"
        secretName = kubernetes_secret_v1.alertmanager.metadata[0].name
        mountPath  = "/etc/alertmanager/secrets"
        readOnly   = true
      }]
    }
  })]
}

resource "random_password" "grafana" {
  length  = 32
  special = false
}

resource "kubernetes_secret_v1" "grafana" {
  metadata {
    name      = "grafana-admin"
    namespace = kubernetes_namespace_v1.monitoring.metadata[0].name
  }

  data = {
    admin-user     = "admin"
    admin-password = random_password.grafana.result
  }
}

resource "helm_release" "grafana" {
  name       = "grafana"
  namespace  = kubernetes_namespace_v1.monitoring.metadata[0].name
  repository = "https://grafana.github.io/helm-charts"
  chart      = "grafana"
  version    = "8.10.4"

  values = [yamlencode({
    admin = {
      existingSecret = kubernetes_secret_v1.grafana.metadata[0].name
    }
    persistence = {
      enabled = true
      size    = "5Gi"
    }
    sidecar = {
      dashboards = {
        enabled = true
        label   = "grafana_dashboard"
      }
    }
    datasources = {
      "datasources.yaml" = {
        apiVersion = 1
        datasources = [{
          name      = "Prometheus"
          uid       = "prometheus"
          type      = "prometheus"
          url       = "http://prometheus-server.${var.monitoring_namespace}.svc"
          isDefault = true
          }, {
          name = "Alertmanager"
          uid  = "alertmanager"
          type = "alertmanager"
          url  = "http://prometheus-alertmanager.${var.monitoring_namespace}.svc:9093"
        }]
      }
    }
  })]
}
