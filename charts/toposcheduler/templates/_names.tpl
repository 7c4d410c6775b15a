{{- define "toposcheduler.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "toposcheduler.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "toposcheduler.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "toposcheduler.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "toposcheduler.selector" -}}
app.kubernetes.io/name: {{ include "toposcheduler.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "toposcheduler.labels" -}}
{{ include "toposcheduler.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "toposcheduler.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "toposcheduler.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.create is false: expected serviceAccount.name." .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "toposcheduler.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- /* The cluster's version without what vendors put after it: 1.29.3-eks-1234 is 1.29.3. */ -}}
{{- define "toposcheduler.kubeVersion" -}}
{{- $version := semver .Capabilities.KubeVersion.Version -}}
{{- printf "%d.%d.%d" $version.Major $version.Minor $version.Patch -}}
{{- end -}}

{{- define "toposcheduler.schedulerImage" -}}
{{- printf "%s:%s" .Values.scheduler.image.repository (default (printf "v%s" (include "toposcheduler.kubeVersion" .)) .Values.scheduler.image.tag) -}}
{{- end -}}

{{- /* Non-empty where the webhooks are served: to gate pods, or to judge Bindings. */ -}}
{{- define "toposcheduler.gates" -}}
{{- if and (eq .Values.mode "controller") .Values.webhook.enabled -}}true{{- end -}}
{{- end -}}

{{- define "toposcheduler.judges" -}}
{{- if and (ne .Values.mode "advisory") .Values.webhook.bindings.enabled -}}true{{- end -}}
{{- end -}}

{{- define "toposcheduler.webhook" -}}
{{- if or (include "toposcheduler.gates" .) (include "toposcheduler.judges" .) -}}true{{- end -}}
{{- end -}}

{{- define "toposcheduler.replicas" -}}
{{- $judges := include "toposcheduler.judges" . -}}
{{- if kindIs "invalid" .Values.replicas -}}
{{- if or $judges (eq .Values.mode "advisory") -}}1{{- else -}}2{{- end -}}
{{- else -}}
{{- if and $judges (gt (int .Values.replicas) 1) -}}
{{- fail "webhook.bindings.enabled: only the replica that leads judges Bindings, and the others would refuse them; expected replicas: 1." -}}
{{- end -}}
{{- .Values.replicas -}}
{{- end -}}
{{- end -}}

{{- define "toposcheduler.certificateSource" -}}
{{- if ne .Values.webhook.certificate.source "auto" -}}
{{- .Values.webhook.certificate.source -}}
{{- else if .Capabilities.APIVersions.Has "cert-manager.io/v1" -}}
certManager
{{- else -}}
chart
{{- end -}}
{{- end -}}

{{- define "toposcheduler.certificateSecret" -}}
{{- if eq (include "toposcheduler.certificateSource" .) "secret" -}}
{{- required "webhook.certificate.source is secret: expected webhook.certificate.secretName." .Values.webhook.certificate.secretName -}}
{{- else -}}
{{- default (printf "%s-webhook-tls" (include "toposcheduler.fullname" .)) .Values.webhook.certificate.secretName -}}
{{- end -}}
{{- end -}}

{{- /* Namespaces whose pods must start without us: the list of both webhooks. */ -}}
{{- define "toposcheduler.excludedNamespaces" -}}
{{- concat (list "kube-system" "kube-public" "kube-node-lease" .Release.Namespace) .Values.webhook.excludedNamespaces | toJson -}}
{{- end -}}

{{- /* Of what runs before the release is deleted: its pods are none of the Deployment's. */ -}}
{{- define "toposcheduler.uninstallMetadata" -}}
labels:
  app.kubernetes.io/name: {{ include "toposcheduler.name" . }}-uninstall
  app.kubernetes.io/instance: {{ .Release.Name }}
  app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "toposcheduler.uninstallHook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
