{{/*
The rules of deploy/kubernetes/rbac.yaml, which tests/chart compares with these:
what the operator uses, and nothing else.
*/}}
{{- define "prewarm.leaderRules" -}}
# Take the lease when it is free. A name can't be asked for of what is new.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
# Look who leads, and renew.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "prewarm.controller" . }}]
  verbs: [get, update]
# Keep what the next leader should know: learned lead times, hours spent.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [create]
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [{{ include "prewarm.controller" . }}-state]
  verbs: [get, update]
{{- end }}

{{- define "prewarm.controllerRules" -}}
# Follow the policies. patch: put its finalizer there and take it away, so that a
# deleted policy's floors are given back first; metadata has no subresource.
- apiGroups: [prewarm.dev]
  resources: [prewarmpolicies]
  verbs: [get, list, watch, patch]
# Tell what it sees and does.
- apiGroups: [prewarm.dev]
  resources: [prewarmpolicies/status]
  verbs: [patch]
# See the targets, and by the ReplicaSets which pods are whose.
- apiGroups: [apps]
  resources: [deployments, statefulsets, replicasets]
  verbs: [list, watch]
# Write a floor to what nobody else scales, and wake it from 0 for an autoscaler.
# Not the objects themselves: images and commands are nothing of ours.
- apiGroups: [apps]
  resources: [deployments/scale, statefulsets/scale]
  verbs: [patch]
# Raise minReplicas, with the mark of what it was (prewarm.dev/floor).
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [list, watch, patch]
# The same of KEDA: minReplicaCount.
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: [list, watch, patch]
# See the instances; patch: pod-deletion-cost of those with work in flight;
# delete: one that never gets warm, so that its owner makes another.
- apiGroups: ['']
  resources: [pods]
  verbs: [list, watch, patch, delete]
# The condition prewarm.dev/warm, by which traffic comes.
- apiGroups: ['']
  resources: [pods/status]
  verbs: [patch]
# except.calendars. By name only: it lists no others.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [get]
# Tell what has happened; patch: it has happened again.
- apiGroups: ['']
  resources: [events]
  verbs: [create, patch]
{{- end }}
