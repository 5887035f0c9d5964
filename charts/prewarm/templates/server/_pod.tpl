{{/* What runs where, of every pod with the server's image and its volumes. */}}
{{- define "prewarm.serverPlacement" -}}
{{- $s := .Values.server }}
{{- with $s.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with $s.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $s.tolerations }}
tolerations: {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{/* Of the pods that have to stand where servers may, and are no servers: of the
affinity only what it says of nodes; the rest is about other pods. */}}
{{- define "prewarm.nodesOfServers" -}}
{{- include "prewarm.serverPlacement" . }}
{{- with dig "nodeAffinity" dict (default dict .Values.server.affinity) }}
affinity:
  nodeAffinity: {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}

{{/* What a server computes with, and its other options: those of `--prepare`, too. */}}
{{- define "prewarm.engineFlags" -}}
{{- $s := .Values.server }}
- --store=/var/lib/prewarm/store
- --model={{ .Values.model.name }}
{{- with .Values.model.fastName }}
- --fast-model={{ . }}
{{- end }}
- --device={{ $s.device }}
- --precision={{ $s.precision }}
{{- if not (hasKey $s.options "logFormat") }}
- --log-format=json
{{- end }}
{{- with include "prewarm.flags" (list $s.options) }}
{{- . | trim | nindent 0 }}
{{- end }}
{{- end }}

{{- define "prewarm.serverPod" -}}
{{- $s := .Values.server }}
serviceAccountName: {{ include "prewarm.serverAccount" . | quote }}
{{- with include "prewarm.pullSecrets" . }}
{{- . | trim | nindent 0 }}
{{- end }}
automountServiceAccountToken: false
{{- if include "prewarm.readinessGate" . }}
# No endpoint before the controller has seen a verified warm-up of this very
# container.
readinessGates:
- conditionType: prewarm.dev/warm
{{- end }}
# preStop, the drain, and some seconds to end.
terminationGracePeriodSeconds: {{ add $s.preStopSeconds $s.drainSeconds 10 }}
securityContext: {{- toYaml $s.podSecurityContext | nindent 2 }}
{{- with $s.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with include "prewarm.serverPlacement" . }}
{{- . | trim | nindent 0 }}
{{- end }}
{{- with $s.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $s.topologySpreadConstraints }}
topologySpreadConstraints: {{- toYaml . | nindent 0 }}
{{- end }}
{{- $import := eq "pod" (include "prewarm.importIn" .) }}
{{- if or $import $s.sidecar.enabled }}
initContainers:
{{- if $import }}
{{- include "prewarm.importContainers" . }}
{{- end }}
{{- if $s.sidecar.enabled }}
{{- include "prewarm.sidecarContainer" . }}
{{- end }}
{{- end }}
containers:
- name: server
  image: {{ include "prewarm.image" (list . $s.image) | quote }}
  imagePullPolicy: {{ $s.image.pullPolicy }}
  args:
  - {{ printf "--host=%s" (.Values.listenAddress | trimPrefix "[" | trimSuffix "]") | quote }}
  - --port=8080
  - --admin-port=8081
  - --admin-token-file=/etc/prewarm/admin/token
  {{- include "prewarm.engineFlags" . | trim | nindent 2 }}
  - --drain-timeout={{ $s.drainSeconds }}
  {{- if $s.uploadTokenSecret }}
  - --upload-token-secret-file=/etc/prewarm/upload/secret
  {{- end }}
  {{- if ne $s.results.mode "private" }}
  - --results={{ $s.results.mode }}
  - --results-secret-file=/etc/prewarm/results/secret
  - --results-ttl={{ int64 $s.results.ttl }}
  - --results-max-age={{ int64 $s.results.maxAge }}
  - --results-max-mib={{ int64 $s.results.maxMib }}
  {{- with $s.results.dir }}
  - {{ printf "--results-dir=%s" . | quote }}
  {{- end }}
  {{- end }}
  {{- with $s.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with $s.extraEnv }}
  env: {{- toYaml . | nindent 2 }}
  {{- end }}
  ports:
  - {name: http, containerPort: 8080}
  # warmup.port of the policies.
  - {name: admin, containerPort: 8081}
  # The port opens within milliseconds; the warm-up comes after it.
  startupProbe:
    httpGet: {path: /startupz, port: http}
    periodSeconds: 1
    failureThreshold: 60
  readinessProbe:
    httpGet: {path: /readyz, port: http}
    periodSeconds: 1
    timeoutSeconds: 3
  # Says that the process lives, also during a warm-up and at full load.
  livenessProbe:
    httpGet: {path: /livez, port: http}
    periodSeconds: 10
    timeoutSeconds: 5
  {{- if gt (int $s.preStopSeconds) 0 }}
  lifecycle:
    # At SIGTERM the port closes at once: first let every proxy hear that this
    # pod is no endpoint any more.
    preStop:
      {{- if include "prewarm.atLeast" (list . "1.30") }}
      sleep: {seconds: {{ $s.preStopSeconds }}}
      {{- else }}
      exec: {command: [sleep, {{ $s.preStopSeconds | quote }}]}
      {{- end }}
  {{- end }}
  resources: {{- include "prewarm.resources" $s.resources | nindent 4 }}
  securityContext: {{- toYaml $s.securityContext | nindent 4 }}
  volumeMounts:
  - {name: store, mountPath: /var/lib/prewarm/store{{ if .Values.store.readOnly }}{{ if not $s.sidecar.enabled }}, readOnly: true{{ end }}{{ end }}}
  - {name: admin-token, mountPath: /etc/prewarm/admin, readOnly: true}
  {{- if $s.uploadTokenSecret }}
  - {name: upload-token, mountPath: /etc/prewarm/upload, readOnly: true}
  {{- end }}
  {{- if ne $s.results.mode "private" }}
  - {name: results-secret, mountPath: /etc/prewarm/results, readOnly: true}
  {{- end }}
  - {name: tmp, mountPath: /tmp}
  {{- with $s.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
{{- if $s.sidecar.enabled }}
- name: store
  emptyDir:
    {{- with $s.sidecar.medium }}
    medium: {{ . }}
    {{- end }}
    sizeLimit: {{ $s.sidecar.sizeLimit | quote }}
- name: shared
  persistentVolumeClaim: {claimName: {{ include "prewarm.claimName" . | quote }}{{ if .Values.store.readOnly }}, readOnly: true{{ end }}}
- name: sidecar-token
  secret:
    secretName: {{ include "prewarm.tokenSecret" . | quote }}
    items: [{key: {{ include "prewarm.tokenKey" . | quote }}, path: token}]
{{- else if include "prewarm.hasClaim" . }}
# Weights, prepared state and warm-up history.
- name: store
  persistentVolumeClaim: {claimName: {{ include "prewarm.claimName" . | quote }}{{ if .Values.store.readOnly }}, readOnly: true{{ end }}}
{{- else }}
- name: store
  emptyDir:
    {{- with .Values.store.emptyDir.medium }}
    medium: {{ . }}
    {{- end }}
    sizeLimit: {{ .Values.store.emptyDir.sizeLimit | quote }}
{{- end }}
- name: admin-token
  secret:
    secretName: {{ include "prewarm.tokenSecret" . | quote }}
    items: [{key: {{ include "prewarm.acceptedKey" . | quote }}, path: token}]
{{- with $s.uploadTokenSecret }}
- name: upload-token
  secret:
    secretName: {{ . | quote }}
    items: [{key: secret, path: secret}]
{{- end }}
{{- if ne $s.results.mode "private" }}
- name: results-secret
  secret:
    secretName: {{ $s.results.secretName | quote }}
    items: [{key: secret, path: secret}]
{{- end }}
- name: tmp
  emptyDir: {}
{{- if $import }}
{{- include "prewarm.importVolumes" . }}
{{- end }}
{{- with $s.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
