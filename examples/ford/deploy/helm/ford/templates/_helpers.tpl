{{- /* Rendered by towel from towel.yaml. Edits are merged, never overwritten. */ -}}
{{- /* The image of a service: a digest names it whatever its tag. */ -}}
{{- define "ford.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
{{- /*
What the name of a ConfigMap ends with. It follows from what is in it, so pods roll when a variable changes, and pods
of the release before still find theirs. The same as Kustomize's, so either may follow the other.
*/ -}}
{{- define "ford.hash" -}}
{{- $json := printf `{"data":%s,"kind":"ConfigMap","name":""}` (toJson .) -}}
{{- $json | sha256sum | trunc 10 | replace "0" "g" | replace "1" "h" | replace "3" "k" | replace "a" "m" | replace "e" "t" -}}
{{- end }}
