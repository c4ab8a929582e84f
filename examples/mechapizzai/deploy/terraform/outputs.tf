# Rendered by towel from towel.yaml. Edits are merged, never overwritten.
output "namespace" {
  description = "Where the product runs."
  value       = kubernetes_namespace_v1.product.metadata[0].name
}

output "monitoring_namespace" {
  description = "Where Prometheus and Grafana run."
  value       = kubernetes_namespace_v1.monitoring.metadata[0].name
}

output "prometheus_url" {
  description = "Prometheus, from inside the cluster."
  value       = "http://prometheus-server.${kubernetes_namespace_v1.monitoring.metadata[0].name}.svc"
}

output "grafana_password" {
  description = "Password of Grafana's first user, `admin`."
  value       = random_password.grafana.result
  sensitive   = true
}
