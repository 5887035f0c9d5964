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
{{- include "prewarm.checkImages" . }}
{{- include "prewarm.checkBudgets" . }}
{{- range $name, $spec := $v.policies }}
{{- if not (or $v.server.enabled (dig "targetRef" "name" "" $spec)) }}
{{- fail (printf "policies.%s.targetRef is empty: it would mean this release's server, and server.enabled is false; name the target, {kind: Deployment, name: ...}" $name) }}
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

{{- define "prewarm.checkImages" -}}
{{- $v := .Values }}
{{- range $where, $image := dict "server.image" $v.server.image "controller.image" $v.controller.image "pauseImage" $v.pauseImage "toolsImage" $v.toolsImage }}
{{- $registry := default "" $image.registry }}
{{- if regexMatch "(://|/$)" $registry }}
{{- fail (printf "%s.registry=%s: a registry has no scheme and no slash at its end; take %s" $where $registry (regexReplaceAll "(^.*://|/+$)" $registry "")) }}
{{- end }}
{{- $repository := default "" $image.repository }}
{{- if regexMatch "(://|^/|/$|@|:[^/]*$)" $repository }}
{{- fail (printf "%s.repository=%s: it has no scheme, no slash at an end, no tag and no digest; those are %s.tag and %s.digest" $where $repository $where $where) }}
{{- end }}
{{- end }}
{{- end }}

{{/* A budget that lets no pod go keeps every node from being drained. */}}
{{- define "prewarm.checkBudgets" -}}
{{- with .Values.server }}
{{- $away := toString .podDisruptionBudget.maxUnavailable }}
{{- if and .enabled .podDisruptionBudget.enabled (regexMatch "^0+%?$" $away) }}
{{- fail (printf "server.podDisruptionBudget.maxUnavailable=%s: no node with a server could be drained; take 1 or more, or server.podDisruptionBudget.enabled=false" $away) }}
{{- end }}
{{- end }}
{{- with .Values.controller }}
{{- $there := toString .podDisruptionBudget.minAvailable }}
{{- $least := float64 (trimSuffix "%" $there) }}
{{- if hasSuffix "%" $there }}
{{- $least = ceil (divf (mulf $least .replicas) 100) }}
{{- end }}
{{- if and .enabled .podDisruptionBudget.enabled (gt (int .replicas) 1) (ge $least (float64 .replicas)) }}
{{- fail (printf "controller.podDisruptionBudget.minAvailable=%s: of controller.replicas=%d none may go, so no node with one could be drained; take %d or less, or controller.podDisruptionBudget.enabled=false" $there (int .replicas) (sub (int .replicas) 1)) }}
{{- end }}
{{- end }}
{{- end }}
