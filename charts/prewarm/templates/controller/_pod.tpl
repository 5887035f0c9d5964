{{- define "prewarm.controllerPod" -}}
{{- $c := .Values.controller }}
serviceAccountName: {{ include "prewarm.controllerAccount" . | quote }}
{{- with include "prewarm.pullSecrets" . }}
{{- . | trim | nindent 0 }}
{{- end }}
# To give the lease back, so that another one leads at once.
terminationGracePeriodSeconds: 20
securityContext: {{- toYaml $c.podSecurityContext | nindent 2 }}
{{- with $c.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $c.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $c.tolerations }}
tolerations: {{- toYaml . | nindent 0 }}
{{- end }}
{{- if $c.affinity }}
affinity: {{- toYaml $c.affinity | nindent 2 }}
{{- else }}
# Not both on the node that goes.
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- include "prewarm.selectorLabels" (list . "controller") | nindent 12 }}
{{- end }}
{{- with $c.topologySpreadConstraints }}
topologySpreadConstraints: {{- toYaml . | nindent 0 }}
{{- end }}
containers:
- name: controller
  image: {{ include "prewarm.image" (list . $c.image) | quote }}
  imagePullPolicy: {{ $c.image.pullPolicy }}
  args:
  - run
  {{- if $c.clusterWide }}
  - --all-namespaces
  {{- else }}
  - --namespace={{ .Release.Namespace }}
  {{- end }}
  - --lease={{ include "prewarm.controller" . }}
  - {{ printf "--listen=%s:8090" .Values.listenAddress | quote }}
  {{- if $c.public.enabled }}
  - {{ printf "--public=%s:8091" .Values.listenAddress | quote }}
  {{- range $c.public.corsOrigins }}
  - {{ printf "--cors-origin=%s" . | quote }}
  {{- end }}
  {{- range $c.public.trustedProxies }}
  - {{ printf "--trusted-proxy=%s" . | quote }}
  {{- end }}
  {{- end }}
  - --admin-token-file=/etc/prewarm/admin/token
  {{- with $c.tokenNamespaces }}
  - {{ printf "--token-namespaces=%s" (join "," .) | quote }}
  {{- end }}
  {{- if $c.intentSecret }}
  - --intent-secret-file=/etc/prewarm/intent/secret
  {{- end }}
  {{- if not (hasKey $c.options "logFormat") }}
  - --log-format=json
  {{- end }}
  {{- with include "prewarm.flags" (list $c.options) }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with $c.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  env:
  # Of the lease's holder: who leads, and where the other one passes visitors'
  # intents on to.
  - name: POD_NAME
    valueFrom: {fieldRef: {fieldPath: metadata.name}}
  - name: POD_IP
    valueFrom: {fieldRef: {fieldPath: status.podIP}}
  {{- with $c.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  ports:
  - {name: inner, containerPort: 8090}
  {{- if $c.public.enabled }}
  - {name: public, containerPort: 8091}
  {{- end }}
  startupProbe:
    httpGet: {path: /healthz, port: inner}
    periodSeconds: 1
    failureThreshold: 60
  livenessProbe:
    httpGet: {path: /healthz, port: inner}
    periodSeconds: 10
    timeoutSeconds: 5
  # Of one that stands by, too: it has read all it needs to lead.
  readinessProbe:
    httpGet: {path: /readyz, port: inner}
    periodSeconds: 5
    timeoutSeconds: 3
  # Memory is that of its caches: some kilobytes for each pod it sees.
  resources: {{- include "prewarm.resources" $c.resources | nindent 4 }}
  securityContext: {{- toYaml $c.securityContext | nindent 4 }}
  volumeMounts:
  - {name: admin-token, mountPath: /etc/prewarm/admin, readOnly: true}
  {{- if $c.intentSecret }}
  - {name: intent-secret, mountPath: /etc/prewarm/intent, readOnly: true}
  {{- end }}
volumes:
- name: admin-token
  secret:
    secretName: {{ include "prewarm.tokenSecret" . | quote }}
    items: [{key: {{ include "prewarm.tokenKey" . | quote }}, path: token}]
{{- with $c.intentSecret }}
- name: intent-secret
  secret:
    secretName: {{ . | quote }}
    items: [{key: secret, path: secret}]
{{- end }}
{{- end }}
