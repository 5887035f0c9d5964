{{/* What follows from the values: decided once, here. "true", or nothing. */}}

{{/* Whether a policy of these values scales the server. */}}
{{- define "prewarm.underPolicy" -}}
{{- $mine := include "prewarm.server" . }}
{{- range $name, $spec := .Values.policies }}
{{- if eq $mine (dig "targetRef" "name" $mine $spec) }}true{{ end }}
{{- end }}
{{- end }}

{{- define "prewarm.readinessGate" -}}
{{- if kindIs "bool" .Values.server.readinessGate }}
{{- if .Values.server.readinessGate }}true{{ end }}
{{- else if .Values.controller.enabled }}true{{ end }}
{{- end }}

{{- define "prewarm.hasClaim" -}}
{{- if eq .Values.store.type "claim" }}true{{ end }}
{{- end }}

{{- define "prewarm.claimName" -}}
{{- default (printf "%s-store" (include "prewarm.fullname" .)) .Values.store.existingClaim }}
{{- end }}

{{/* Whether pods on several nodes may have the claim at once. */}}
{{- define "prewarm.sharedClaim" -}}
{{- if and (include "prewarm.hasClaim" .) (or (has "ReadWriteMany" .Values.store.accessModes) (has "ReadOnlyMany" .Values.store.accessModes)) }}true{{ end }}
{{- end }}

{{/* job, pod, or nothing where nothing is imported. */}}
{{- define "prewarm.importIn" -}}
{{- if and .Values.server.enabled (ne .Values.model.import.from "none") }}
{{- if ne .Values.model.import.runIn "auto" }}{{ .Values.model.import.runIn }}
{{- else if and (include "prewarm.hasClaim" .) (has "ReadWriteMany" .Values.store.accessModes) }}job
{{- else if or .Values.store.readOnly .Values.server.sidecar.enabled }}job
{{- else }}pod
{{- end }}
{{- end }}
{{- end }}

{{/* Who prepares the state that servers only read. */}}
{{- define "prewarm.prepares" -}}
{{- if and .Values.server.enabled .Values.store.readOnly (or (has "ReadWriteMany" .Values.store.accessModes) (has "ReadWriteOnce" .Values.store.accessModes)) }}true{{ end }}
{{- end }}

{{- define "prewarm.hasBuilder" -}}
{{- if or (eq "job" (include "prewarm.importIn" .)) (include "prewarm.prepares" .) }}true{{ end }}
{{- end }}

{{- define "prewarm.tokenSecret" -}}
{{- default (printf "%s-admin-token" (include "prewarm.fullname" .)) .Values.adminToken.existingSecret }}
{{- end }}

{{- define "prewarm.acceptedKey" -}}
{{- if .Values.adminToken.existingSecret }}
{{- default .Values.adminToken.key .Values.adminToken.acceptedKey }}
{{- else }}accepted{{ end }}
{{- end }}

{{- define "prewarm.tokenKey" -}}
{{- if .Values.adminToken.existingSecret }}{{ .Values.adminToken.key }}{{ else }}token{{ end }}
{{- end }}

{{/*
Decides the tokens once a rendering, into .Values.adminToken.made: those of the
Secret that is there, moved by one step of a rotation.
*/}}
{{- define "prewarm.makeTokens" -}}
{{- if not (hasKey .Values.adminToken "made") }}
{{- $there := dig "data" dict (lookup "v1" "Secret" .Release.Namespace (include "prewarm.tokenSecret" .)) }}
{{- $token := "" }}
{{- with $there.token }}{{ $token = b64dec . }}{{ end }}
{{- $next := "" }}
{{- with $there.next }}{{ $next = b64dec . }}{{ end }}
{{- if not $token }}{{ $token = randAlphaNum 48 }}{{ end }}
{{- $accepted := $token }}
{{- if eq .Values.adminToken.rotation "prepare" }}
{{- if or (not $next) (eq $next $token) }}{{ $next = randAlphaNum 48 }}{{ end }}
{{- $accepted = printf "%s\n%s" $token $next }}
{{- else if eq .Values.adminToken.rotation "switch" }}
{{- $old := "" }}
{{- with $there.old }}{{ $old = b64dec . }}{{ end }}
{{- if $next }}{{ $old = $token }}{{ $token = $next }}{{ end }}
{{- if not $old }}{{ fail "adminToken.rotation=switch: no new token was prepared; run `helm upgrade` with adminToken.rotation=prepare first" }}{{ end }}
{{- $next = "" }}
{{- $accepted = printf "%s\n%s" $token $old }}
{{- $_ := set .Values.adminToken "madeOld" $old }}
{{- else }}
{{- $next = "" }}
{{- end }}
{{- $_ := set .Values.adminToken "madeNext" $next }}
{{- $_ := set .Values.adminToken "accepted" $accepted }}
{{- $_ := set .Values.adminToken "made" $token }}
{{- end }}
{{- end }}
