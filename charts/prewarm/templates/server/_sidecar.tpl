{{/* A native sidecar, and what it needs. */}}

{{/* In MiB: what the copy takes where it is in memory, which counts as memory of
who wrote it, and what the sidecar needs itself. */}}
{{- define "prewarm.sidecarMemory" -}}
{{- $copy := include "prewarm.bytes" .Values.server.sidecar.sizeLimit | float64 }}
{{- printf "%.0f" (addf 128 (ceil (divf $copy 1048576))) }}
{{- end }}

{{/* What is in memory is never given back: all of it is asked for, too. */}}
{{- define "prewarm.sidecarResources" -}}
{{- $s := .Values.server.sidecar }}
{{- $asked := "64Mi" }}
{{- $limit := "256Mi" }}
{{- if $s.medium }}
{{- $asked = printf "%sMi" (include "prewarm.sidecarMemory" .) }}
{{- $limit = $asked }}
{{- end }}
{{- $made := dict "requests" (dict "memory" $asked) "limits" (dict "memory" $limit) }}
{{- include "prewarm.resources" (merge (deepCopy (default dict $s.resources)) $made) }}
{{- end }}

{{- define "prewarm.sidecarContainer" }}
{{- $s := .Values.server }}
- name: sidecar
  image: {{ include "prewarm.image" (list . .Values.controller.image) | quote }}
  imagePullPolicy: {{ .Values.controller.image.pullPolicy }}
  # Of native sidecars: the server starts when its startup probe has passed.
  restartPolicy: Always
  args:
  - sidecar
  - --from=/mnt/shared
  - --store=/var/lib/prewarm/store
  - --model={{ .Values.model.name }}
  {{- with .Values.model.fastName }}
  - --model={{ . }}
  {{- end }}
  - --server=http://127.0.0.1:8080
  - --admin=http://127.0.0.1:8081
  - --admin-token-file=/etc/prewarm/admin/token
  - {{ printf "--listen=%s:8092" .Values.listenAddress | quote }}
  - --streams={{ $s.sidecar.streams }}
  - --states={{ $s.sidecar.states }}
  - --publish={{ and $s.sidecar.publish (not .Values.store.readOnly) }}
  - --log-format=json
  ports:
  - {name: sidecar, containerPort: 8092}
  # 200 once all is on the local disk, which for gigabytes takes its time.
  startupProbe:
    httpGet: {path: /startupz, port: sidecar}
    periodSeconds: 1
    failureThreshold: 1800
  livenessProbe:
    httpGet: {path: /livez, port: sidecar}
    periodSeconds: 10
    timeoutSeconds: 5
  resources: {{- include "prewarm.sidecarResources" . | nindent 4 }}
  securityContext: {{- toYaml $s.securityContext | nindent 4 }}
  volumeMounts:
  - {name: shared, mountPath: /mnt/shared{{ if or .Values.store.readOnly (not $s.sidecar.publish) }}, readOnly: true{{ end }}}
  - {name: store, mountPath: /var/lib/prewarm/store}
  - {name: sidecar-token, mountPath: /etc/prewarm/admin, readOnly: true}
{{- end }}
