{{/* The model into the store: the same in a Job and in the server's pods. */}}

{{- define "prewarm.license" -}}
{{- if .Values.model.import.license }}{{ .Values.model.import.license }}
{{- else if eq .Values.model.import.from "npm" }}package: AGPL-3.0; model ISNET (xuebinqin/DIS): MIT
{{- else if eq .Values.model.import.from "official" }}MIT
{{- else }}unknown
{{- end }}
{{- end }}

{{- define "prewarm.notice" -}}
{{- if .Values.model.import.notice }}{{ .Values.model.import.notice }}
{{- else if eq .Values.model.import.from "npm" }}must not be shipped with Prewarm
{{- end }}
{{- end }}

{{- define "prewarm.importContainers" }}
{{- $import := .Values.model.import }}
{{- if eq $import.from "npm" }}
- name: fetch
  image: {{ include "prewarm.image" (list . .Values.toolsImage) | quote }}
  imagePullPolicy: {{ .Values.toolsImage.pullPolicy }}
  command:
  - sh
  - -euc
  - |
    # Once it is imported, nothing is fetched again.
    for there in /var/lib/prewarm/store/models/"$MODEL"/*/manifest.yaml; do
      [ ! -e "$there" ] || exit 0
    done
    echo "fetching $URL (weights: $LICENSE)"
    curl --fail --silent --show-error --location --retry 5 \
      --output /fetched/package.tgz "$URL"
    echo "$SHA256  /fetched/package.tgz" | sha256sum -c -
    tar -xzf /fetched/package.tgz -C /fetched
    rm /fetched/package.tgz
  env:
  - {name: MODEL, value: {{ .Values.model.name | quote }}}
  - {name: URL, value: {{ include "prewarm.npmUrl" $import.npm | quote }}}
  - {name: SHA256, value: {{ $import.npm.sha256 | quote }}}
  - {name: LICENSE, value: {{ include "prewarm.license" . | quote }}}
  resources:
    requests: {cpu: 100m, memory: 32Mi}
    limits: {memory: 256Mi}
  securityContext: {{- toYaml .Values.server.securityContext | nindent 4 }}
  volumeMounts:
  - {name: store, mountPath: /var/lib/prewarm/store, readOnly: true}
  - {name: fetched, mountPath: /fetched}
{{- end }}
{{- include "prewarm.importContainer" (list . "import" .Values.model.name) }}
{{- if and .Values.model.fastName (eq $import.from "official") }}
{{- include "prewarm.importContainer" (list . "import-fast" .Values.model.fastName) }}
{{- end }}
{{- end }}

{{/* (list ROOT CONTAINER MODEL) */}}
{{- define "prewarm.importContainer" }}
{{- $root := first . }}
{{- $import := $root.Values.model.import }}
{{- with $root }}
- name: {{ index $ 1 }}
  image: {{ include "prewarm.image" (list . .Values.server.image) | quote }}
  imagePullPolicy: {{ .Values.server.image.pullPolicy }}
  command: [/usr/local/bin/prewarm-model]
  args:
  - import
  - {{ last $ | quote }}
  {{- if eq $import.from "url" }}
  - {{ $import.url | quote }}
  {{- else if and (eq $import.from "claim") (eq $import.claim.content "file") }}
  - {{ printf "/source/%s" (trimPrefix "/" $import.claim.path) | quote }}
  {{- else if eq $import.from "claim" }}
  - {{ printf "--npm-package=/source/%s" (trimPrefix "/" $import.claim.path) | quote }}
  - {{ printf "--npm-model=%s" $import.npm.model | quote }}
  {{- else if eq $import.from "npm" }}
  - --npm-package=/fetched/package
  - {{ printf "--npm-model=%s" $import.npm.model | quote }}
  - {{ printf "--source=npm %s@%s, model %s" $import.npm.package $import.npm.version $import.npm.model | quote }}
  {{- end }}
  - --if-missing
  - --store=/var/lib/prewarm/store
  - {{ printf "--license=%s" (include "prewarm.license" .) | quote }}
  {{- with include "prewarm.notice" . }}
  - {{ printf "--notice=%s" . | quote }}
  {{- end }}
  {{- with $import.sha256 }}
  - --sha256={{ . }}
  {{- end }}
  resources: {{- include "prewarm.resources" $import.resources | nindent 4 }}
  securityContext: {{- toYaml .Values.server.securityContext | nindent 4 }}
  volumeMounts:
  - {name: store, mountPath: /var/lib/prewarm/store}
  - {name: tmp, mountPath: /tmp}
  {{- if eq $import.from "npm" }}
  - {name: fetched, mountPath: /fetched, readOnly: true}
  {{- else if eq $import.from "claim" }}
  - {name: source, mountPath: /source, readOnly: true}
  {{- end }}
{{- end }}
{{- end }}

{{/* Beside `store` and `tmp`. */}}
{{- define "prewarm.importVolumes" }}
{{- if eq .Values.model.import.from "npm" }}
- name: fetched
  emptyDir: {}
{{- else if eq .Values.model.import.from "claim" }}
- name: source
  persistentVolumeClaim: {claimName: {{ .Values.model.import.claim.name | quote }}, readOnly: true}
{{- end }}
{{- end }}

{{/* A server that opens no port: makes the prepared state, starts once more from it
and ends. */}}
{{- define "prewarm.prepareContainer" }}
- name: prepare
  image: {{ include "prewarm.image" (list . .Values.server.image) | quote }}
  imagePullPolicy: {{ .Values.server.image.pullPolicy }}
  args:
  - --prepare
  {{- include "prewarm.engineFlags" . | trim | nindent 2 }}
  {{- with .Values.server.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .Values.server.extraEnv }}
  env: {{- toYaml . | nindent 2 }}
  {{- end }}
  # As the server: the state is of its kind of machine.
  resources: {{- include "prewarm.resources" .Values.server.resources | nindent 4 }}
  securityContext: {{- toYaml .Values.server.securityContext | nindent 4 }}
  volumeMounts:
  - {name: store, mountPath: /var/lib/prewarm/store}
  - {name: tmp, mountPath: /tmp}
  {{- with .Values.server.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Where a registry keeps the archive of a package. */}}
{{- define "prewarm.npmUrl" -}}
{{- printf "%s/%s/-/%s-%s.tgz" (trimSuffix "/" .registry) .package (base .package) .version }}
{{- end }}
