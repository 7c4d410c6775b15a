{{- /*
What the service account may do, by mode and settings: docs/reference/permissions.md says why, and a test holds this file, the manifests and the code to that page.
*/ -}}
{{- define "toposcheduler.clusterRules" -}}
{{- $settings := include "toposcheduler.settings" . | fromYaml -}}
{{- $gangs := default dict $settings.gangs -}}
{{- $scaleUp := default "none" $gangs.scaleUp -}}
{{- $telemetry := default dict $settings.telemetry -}}
{{- $access := default dict $settings.access -}}
{{- $api := default dict $settings.api -}}
{{- $listen := default dict $settings.listen -}}
- apiGroups: [""]
  resources: [nodes, namespaces, persistentvolumes, persistentvolumeclaims]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [scheduling.k8s.io]
  resources: [priorityclasses]
  verbs: [list, watch]
- apiGroups: [toposcheduler.io]
  resources: [powerdomains]
  verbs: [list, watch]
# The controllers of pods: what they are a gang of.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get]
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get]
- apiGroups: [jobset.x-k8s.io]
  resources: [jobsets]
  verbs: [get]
- apiGroups: [leaderworkerset.x-k8s.io]
  resources: [leaderworkersets]
  verbs: [get]
- apiGroups: [kubeflow.org]
  resources: [mpijobs, pytorchjobs, tfjobs, jaxjobs, xgboostjobs, paddlejobs]
  verbs: [get]
- apiGroups: [trainer.kubeflow.org]
  resources: [trainjobs]
  verbs: [get]
- apiGroups: [batch.volcano.sh]
  resources: [jobs]
  verbs: [get]
- apiGroups: [ray.io]
  resources: [rayclusters, rayjobs, rayservices]
  verbs: [get]
- apiGroups: [sparkoperator.k8s.io]
  resources: [sparkapplications]
  verbs: [get]
{{- if and (or (eq (toString $telemetry.push) "true") (eq (toString $api.enabled) "true") $listen.grpcUrl) (not $access.tokenFile) }}
# Who calls the API, and whether he may.
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}
{{- if ne .Values.mode "advisory" }}
- apiGroups: [toposcheduler.io]
  resources: [gangplacements]
  verbs: [create, delete, get, list, update]
- apiGroups: [toposcheduler.io]
  resources: [gangplacements/status]
  verbs: [update]
- apiGroups: [toposcheduler.io]
  resources: [powerdomains/status]
  verbs: [patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
{{- if eq .Values.mode "extender" }}
- apiGroups: [""]
  resources: [pods/binding]
  verbs: [create]
{{- end }}
{{- if eq .Values.mode "controller" }}
- apiGroups: [""]
  resources: [pods]
  verbs: [patch]
- apiGroups: [""]
  resources: [pods/eviction]
  verbs: [create]
{{- if ne (toString $gangs.rankMaps) "false" }}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create, patch]
{{- end }}
{{- if ne $scaleUp "none" }}
- apiGroups: [""]
  resources: [nodes]
  verbs: [get, patch]
{{- end }}
{{- if eq $scaleUp "provisioning-request" }}
- apiGroups: [""]
  resources: [podtemplates]
  verbs: [create, delete, get]
- apiGroups: [autoscaling.x-k8s.io]
  resources: [provisioningrequests]
  verbs: [create, delete, get]
{{- end }}
{{- end }}
{{- with .Values.rbac.extraRules }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* In our own namespace: the Lease that says who schedules. */ -}}
{{- define "toposcheduler.leaseName" -}}
{{- if eq .Values.mode "extender" -}}{{ .Values.scheduler.name }}{{- else -}}{{ include "toposcheduler.fullname" . }}{{- end -}}
{{- end -}}
