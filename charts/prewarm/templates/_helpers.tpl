{{/* Names, labels, images: what every object has. */}}

{{- define "prewarm.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 45 | trimSuffix "-" }}
{{- end }}

{{/* Short enough for "-controller-public" in 63 characters. */}}
{{- define "prewarm.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 45 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 45 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 45 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "prewarm.server" -}}{{ include "prewarm.fullname" . }}-server{{- end }}
{{- define "prewarm.controller" -}}{{ include "prewarm.fullname" . }}-controller{{- end }}

{{/* Of the cluster, not of a namespace: releases of the same name have others. */}}
{{- define "prewarm.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "prewarm.fullname" .) | trunc 200 | trimSuffix "-" }}
{{- end }}

{{/* (list MAP...): one map of them; later ones win. No key is written twice. */}}
{{- define "prewarm.merged" -}}
{{- $whole := dict }}
{{- range . }}
{{- range $key, $value := . }}
{{- $_ := set $whole $key $value }}
{{- end }}
{{- end }}
{{- with $whole }}{{ toYaml . }}{{ end }}
{{- end }}

{{/* (list ROOT COMPONENT ...) */}}
{{- define "prewarm.selectorLabels" -}}
{{- $root := first . -}}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/name: {{ include "prewarm.name" $root | quote }}
{{- end }}

{{/* (list ROOT COMPONENT [MORE]), of pods: not the version of the chart, which would
restart them for nothing. What selects is always ours. */}}
{{- define "prewarm.podLabels" -}}
{{- $more := rest (rest .) | first }}
{{- include "prewarm.merged" (list (first .).Values.commonLabels $more (include "prewarm.selectorLabels" . | fromYaml)) }}
{{- end }}

{{/* (list ROOT COMPONENT [MORE]): MORE are of whoever looks for the object, and win. */}}
{{- define "prewarm.labels" -}}
{{- $root := first . }}
{{- $about := dict "app.kubernetes.io/version" $root.Chart.AppVersion "app.kubernetes.io/part-of" "prewarm" }}
{{- $helms := dict "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") "app.kubernetes.io/managed-by" $root.Release.Service }}
{{- $ours := include "prewarm.selectorLabels" . | fromYaml }}
{{- include "prewarm.merged" (list $about $root.Values.commonLabels $helms $ours (rest (rest .) | first)) }}
{{- end }}

{{/* (list ROOT IMAGE) */}}
{{- define "prewarm.image" -}}
{{- $image := last . -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}
{{- else }}:{{ $image.tag | default (first .).Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "prewarm.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{/* (list OPTIONS): flags, a line each, by name; a list is a flag again and again. */}}
{{- define "prewarm.flags" -}}
{{- range $name, $value := first . }}
{{- $flag := kebabcase $name }}
{{- if kindIs "slice" $value }}
{{- range $value }}
- {{ printf "--%s=%v" $flag . | quote }}
{{- end }}
{{- else if kindIs "float64" $value }}
- {{ printf "--%s=%s" $flag (toString (ternary (int64 $value) $value (eq (floor $value) $value))) | quote }}
{{- else }}
- {{ printf "--%s=%v" $flag $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "prewarm.serverAccount" -}}
{{- if .Values.server.serviceAccount.create }}
{{- default (include "prewarm.server" .) .Values.server.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.server.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "prewarm.controllerAccount" -}}
{{- if .Values.controller.serviceAccount.create }}
{{- default (include "prewarm.controller" .) .Values.controller.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.controller.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* "true", or nothing. */}}
{{- define "prewarm.atLeast" -}}
{{- if semverCompare (printf ">=%s-0" (last .)) (first .).Capabilities.KubeVersion.Version }}true{{ end }}
{{- end }}

{{- define "prewarm.pdbVersion" -}}
{{- ternary "policy/v1" "policy/v1beta1" (eq "true" (include "prewarm.atLeast" (list . "1.21"))) }}
{{- end }}

{{/* A pod that runs out of health never keeps a node from being drained. */}}
{{- define "prewarm.pdbUnhealthy" -}}
{{- if include "prewarm.atLeast" (list . "1.27") -}}
unhealthyPodEvictionPolicy: AlwaysAllow
{{- end }}
{{- end }}

{{/* Of a container. Quantities as text: server-side apply takes no numbers. */}}
{{- define "prewarm.resources" -}}
{{- $made := omit . "requests" "limits" }}
{{- range $kind := list "requests" "limits" }}
{{- with get $ $kind }}
{{- $texts := dict }}
{{- range $name, $value := . }}
{{- $whole := and (kindIs "float64" $value) (eq (floor $value) $value) }}
{{- $_ := set $texts $name (toString (ternary (int64 $value) $value $whole)) }}
{{- end }}
{{- $_ := set $made $kind $texts }}
{{- end }}
{{- end }}
{{- toYaml $made }}
{{- end }}

{{/* A quantity of Kubernetes ("4Gi", "500M", 1e9), as a whole number of bytes. */}}
{{- define "prewarm.bytes" -}}
{{- $number := regexFind "^[0-9]+(\\.[0-9]+)?([eE][+]?[0-9]+)?" (toString .) }}
{{- $factors := dict "" 1.0 "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 }}
{{- printf "%.0f" (mulf (float64 $number) (get $factors (trimPrefix $number (toString .)))) }}
{{- end }}
