{{/* What follows from the values: decided once, here. "true", or nothing. */}}

{{/* Whether a policy of these values scales the server. */}}
{{- define "prewarm.underPolicy" -}}
{{- $mine := include "prewarm.server" . }}
{{- range $name, $spec := .Values.policies }}
{{- if eq $mine (dig "targetRef" "name" $mine $spec) }}true{{ end }}
{{- end }}
{{- end }}

{{/* What may make several servers, as "field=value"; or nothing. */}}
{{- define "prewarm.severalServers" -}}
{{- $mine := include "prewarm.server" . }}
{{- $found := list }}
{{- with .Values.server }}
{{- if gt (int .replicas) 1 }}
{{- $found = append $found (printf "server.replicas=%d" (int .replicas)) }}
{{- end }}
{{- if and .autoscaling.enabled (gt (int .autoscaling.maxReplicas) 1) }}
{{- $found = append $found (printf "server.autoscaling.maxReplicas=%d" (int .autoscaling.maxReplicas)) }}
{{- end }}
{{- end }}
{{- range $name, $spec := .Values.policies }}
{{- $max := int (dig "replicas" "max" 1 $spec) }}
{{- if and (eq $mine (dig "targetRef" "name" $mine $spec)) (gt $max 1) }}
{{- $found = append $found (printf "policies.%s.replicas.max=%d" $name $max) }}
{{- end }}
{{- end }}
{{- with $found }}{{ first . }}{{ end }}
{{- end }}

{{/* Values say that no server runs: a Job has the claim for itself. */}}
{{- define "prewarm.atRest" -}}
{{- if and (not (kindIs "invalid" .Values.server.replicas)) (eq 0 (int .Values.server.replicas)) }}true{{ end }}
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
{{- if include "prewarm.hasClaim" . }}
{{- if or (has "ReadWriteMany" .Values.store.accessModes) (and .Values.store.readOnly (has "ReadOnlyMany" .Values.store.accessModes)) }}true{{ end }}
{{- end }}
{{- end }}

{{/* Whether anybody may ever write to the claim. */}}
{{- define "prewarm.writableClaim" -}}
{{- if and (include "prewarm.hasClaim" .) (without .Values.store.accessModes "ReadOnlyMany") }}true{{ end }}
{{- end }}

{{/* Whether a Job may write to the claim: beside servers, or where there are none. */}}
{{- define "prewarm.claimTakesJob" -}}
{{- if include "prewarm.writableClaim" . }}
{{- if or (has "ReadWriteMany" .Values.store.accessModes) (include "prewarm.atRest" .) }}true{{ end }}
{{- end }}
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
{{- if and .Values.server.enabled .Values.store.readOnly (include "prewarm.claimTakesJob" .) }}true{{ end }}
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
