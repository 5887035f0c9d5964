{{/* The pod of the Job: import, then prepare; each container but the last is an
init container, so that they run one after the other. */}}
{{- define "prewarm.builderPod" -}}
{{- $import := eq "job" (include "prewarm.importIn" .) }}
{{- $prepare := include "prewarm.prepares" . }}
{{- $steps := list }}
{{- if $import }}
{{- $steps = include "prewarm.importContainers" . | fromYamlArray }}
{{- end }}
{{- if $prepare }}
{{- $steps = concat $steps (include "prewarm.prepareContainer" . | fromYamlArray) }}
{{- end }}
serviceAccountName: {{ include "prewarm.serverAccount" . | quote }}
{{- with include "prewarm.pullSecrets" . }}
{{- . | trim | nindent 0 }}
{{- end }}
automountServiceAccountToken: false
# What was fetched before a failure is not fetched again.
restartPolicy: OnFailure
securityContext: {{- toYaml .Values.server.podSecurityContext | nindent 2 }}
{{- with include "prewarm.nodesOfServers" . }}
{{- . | trim | nindent 0 }}
{{- end }}
{{- with initial $steps }}
initContainers: {{- toYaml . | nindent 0 }}
{{- end }}
containers: {{- list (last $steps) | toYaml | nindent 0 }}
volumes:
- name: store
  persistentVolumeClaim: {claimName: {{ include "prewarm.claimName" . | quote }}}
- name: tmp
  emptyDir: {}
{{- if $import }}
{{- include "prewarm.importVolumes" . }}
{{- end }}
{{- if $prepare }}
{{- with .Values.server.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}
