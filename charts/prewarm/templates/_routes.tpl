{{/* (dict "root" $ "component" "server" "name" NAME "port" PORT "of" VALUES) */}}
{{- define "prewarm.ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels: {{- include "prewarm.labels" (list .root .component) | nindent 4 }}
  {{- with .of.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .of.className }}
  ingressClassName: {{ . | quote }}
  {{- end }}
  {{- with .of.tls }}
  tls: {{- toYaml . | nindent 2 }}
  {{- end }}
  rules:
  {{- $name := .name }}
  {{- $port := .port }}
  {{- range .of.hosts }}
  - host: {{ .host | quote }}
    http:
      paths:
      {{- range .paths }}
      - path: {{ .path | quote }}
        pathType: {{ .pathType | default "Prefix" }}
        backend:
          service: {name: {{ $name }}, port: {number: {{ $port }}}}
      {{- end }}
  {{- end }}
{{- end }}

{{- define "prewarm.httpRoute" -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels: {{- include "prewarm.labels" (list .root .component) | nindent 4 }}
  {{- with .of.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  parentRefs: {{- toYaml .of.parentRefs | nindent 2 }}
  {{- with .of.hostnames }}
  hostnames: {{- toYaml . | nindent 2 }}
  {{- end }}
  rules:
  - matches:
    {{- range .of.paths }}
    - path: {type: PathPrefix, value: {{ . | quote }}}
    {{- end }}
    backendRefs:
    - {name: {{ .name }}, port: {{ .port }}}
{{- end }}
