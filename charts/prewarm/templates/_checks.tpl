{{/* What a schema can't say, each with its way out. */}}
{{- define "prewarm.checks" -}}
{{- $v := .Values }}
{{- $policy := include "prewarm.underPolicy" . }}
{{- if not (or $v.server.enabled $v.controller.enabled) }}
{{- fail "server.enabled and controller.enabled are both false: nothing would be installed" }}
{{- end }}
{{- if not (kindIs "invalid" $v.server.replicas) }}
{{- if $policy }}
{{- fail "server.replicas: a policy of `policies` owns the number of replicas, and each upgrade would set it again; leave server.replicas out (null), or use replicas.min in the policy" }}
{{- end }}
{{- if $v.server.autoscaling.enabled }}
{{- fail "server.replicas: the autoscaler owns the number of replicas; leave server.replicas out (null), or set server.autoscaling.minReplicas" }}
{{- end }}
{{- end }}
{{- if and $policy (not (kindIs "invalid" $v.server.autoscaling.minReplicas)) }}
{{- fail "server.autoscaling.minReplicas: a policy of `policies` raises it, and each upgrade would set it again; leave it out (null), or use replicas.min in the policy" }}
{{- end }}
{{- if and (not (kindIs "invalid" $v.server.autoscaling.minReplicas)) (gt (int $v.server.autoscaling.minReplicas) (int $v.server.autoscaling.maxReplicas)) }}
{{- fail (printf "server.autoscaling.minReplicas=%d is over server.autoscaling.maxReplicas=%d" (int $v.server.autoscaling.minReplicas) (int $v.server.autoscaling.maxReplicas)) }}
{{- end }}
{{- range $where, $labels := dict "commonLabels" $v.commonLabels "server.podLabels" $v.server.podLabels "controller.podLabels" $v.controller.podLabels }}
{{- range $name := list "name" "instance" "component" }}
{{- $key := printf "app.kubernetes.io/%s" $name }}
{{- if hasKey (default dict $labels) $key }}
{{- fail (printf "%s: %s=%s is no label of yours: Services and policies find the chart's pods by it; take another key (nameOverride changes the name)" $where $key (get $labels $key)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if $v.server.enabled }}
{{- include "prewarm.checkStore" . }}
{{- end }}
{{- include "prewarm.checkImport" . }}
{{- if and $v.adminToken.rotation $v.adminToken.existingSecret }}
{{- fail "adminToken.rotation: the Secret is yours (adminToken.existingSecret); put two lines into it, and restart servers and controllers (docs/helm.md)" }}
{{- end }}
{{- if ne $v.server.results.mode "private" }}
{{- if not $v.server.results.secretName }}
{{- fail "server.results.secretName is empty: without a secret of yours anybody could compute the key of a photo's result; name a Secret with the key `secret`" }}
{{- end }}
{{- if and $v.store.readOnly (not $v.server.results.dir) (not $v.server.sidecar.enabled) }}
{{- fail "server.results.dir is empty: the store is read-only (store.readOnly); name a folder of a volume that servers may write (server.extraVolumes, server.extraVolumeMounts)" }}
{{- end }}
{{- end }}
{{- if and $v.server.ingress.enabled (not $v.server.ingress.hosts) }}
{{- fail "server.ingress.hosts is empty: [{host: shop.example, paths: [{path: /, pathType: Prefix}]}]" }}
{{- end }}
{{- if and $v.server.httpRoute.enabled (not $v.server.httpRoute.parentRefs) }}
{{- fail "server.httpRoute.parentRefs is empty: name the Gateway, [{name: gateway, namespace: gateways}]" }}
{{- end }}
{{- $public := $v.controller.public }}
{{- if and (or $public.ingress.enabled $public.httpRoute.enabled) (not (and $public.enabled $v.controller.enabled)) }}
{{- fail "controller.public.ingress and controller.public.httpRoute need controller.public.enabled=true" }}
{{- end }}
{{- if and $public.ingress.enabled (not $public.ingress.hosts) }}
{{- fail "controller.public.ingress.hosts is empty: [{host: warm.shop.example, paths: [{path: /, pathType: Prefix}]}]" }}
{{- end }}
{{- if and $public.httpRoute.enabled (not $public.httpRoute.parentRefs) }}
{{- fail "controller.public.httpRoute.parentRefs is empty: name the Gateway, [{name: gateway, namespace: gateways}]" }}
{{- end }}
{{- if and (gt (int $v.placeholders.replicas) 0) (not $v.placeholders.priorityClass.create) (not $v.placeholders.priorityClass.name) }}
{{- fail "placeholders.priorityClass.name: without a class of low priority the placeholders would never give way" }}
{{- end }}
{{- end }}
