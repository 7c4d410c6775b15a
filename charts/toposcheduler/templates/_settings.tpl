{{- /* The settings file of `toposched serve`: what the mode asks for, and config over it. */ -}}
{{- define "toposcheduler.settings" -}}
{{- $name := include "toposcheduler.fullname" . -}}
{{- $listen := dict "url" "http://127.0.0.1:8888" "healthUrl" (printf "http://%s:%v" .Values.listenAddress .Values.health.port) -}}
{{- $settings := dict "listen" $listen "log" (dict "format" "json") -}}
{{- if eq .Values.mode "controller" -}}
{{- if semverCompare "<1.27.0-0" .Capabilities.KubeVersion.Version -}}
{{- fail (printf "mode controller needs Kubernetes 1.27, where pods have scheduling gates, and this cluster is %s; expected mode: extender." .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- $_ := set $settings "gangs" (dict "controller" true) -}}
{{- $_ := set $settings "election" (dict "mode" "lease" "namespace" .Release.Namespace "name" $name) -}}
{{- else if eq .Values.mode "extender" -}}
{{- /* It looks at the Lease twice a second: pods that are asked about while it does not know that it leads are asked about again a minute later. */ -}}
{{- $_ := set $settings "election" (dict "mode" "scheduler" "namespace" .Release.Namespace "name" .Values.scheduler.name "leaseSeconds" 4) -}}
{{- if semverCompare "<1.21.0-0" .Capabilities.KubeVersion.Version -}}
{{- $_ := set $settings "extender" (dict "onlyFailedNodes" true) -}}
{{- end -}}
{{- end -}}
{{- with .Values.tls.apiPort -}}
{{- if not $.Values.tls.secretName -}}
{{- fail "tls.apiPort opens the API to other pods, and tls.secretName is empty; expected the name of a Secret with tls.crt and tls.key." -}}
{{- end -}}
{{- $_ := set $listen "apiUrl" (printf "https://%s:%v" $.Values.listenAddress .) -}}
{{- /* Questions are answered over HTTP and gRPC at one port; ALPN tells them apart. */ -}}
{{- if eq (toString (dig "api" "enabled" false $.Values.config)) "true" -}}
{{- $_ := set $listen "grpcUrl" $listen.apiUrl -}}
{{- end -}}
{{- $_ := set $listen "certFile" "/etc/toposcheduler/tls/tls.crt" -}}
{{- $_ := set $listen "keyFile" "/etc/toposcheduler/tls/tls.key" -}}
{{- end -}}
{{- if include "toposcheduler.webhook" . -}}
{{- $webhook := dict "url" (printf "https://%s:%v" .Values.listenAddress .Values.webhook.port) "certFile" "/etc/toposcheduler/webhook/tls.crt" "keyFile" "/etc/toposcheduler/webhook/tls.key" -}}
{{- $_ := set $webhook "gate" (eq (include "toposcheduler.gates" .) "true") -}}
{{- if include "toposcheduler.judges" . -}}
{{- $_ := set $webhook "enforce" "bindings" -}}
{{- $_ := set $webhook "ownUser" (printf "system:serviceaccount:%s:%s" .Release.Namespace (include "toposcheduler.serviceAccountName" .)) -}}
{{- end -}}
{{- $_ := set $settings "webhook" $webhook -}}
{{- end -}}
{{- mergeOverwrite $settings (deepCopy .Values.config) | toYaml -}}
{{- end -}}

{{- /* kube-scheduler's configuration as its version reads it. */ -}}
{{- define "toposcheduler.schedulerConfiguration" -}}
{{- $settings := include "toposcheduler.settings" . | fromYaml -}}
{{- $version := .Capabilities.KubeVersion.Version -}}
{{- $api := "v1" -}}
{{- if semverCompare "<1.22.0-0" $version -}}{{- $api = "v1beta1" -}}
{{- else if semverCompare "<1.23.0-0" $version -}}{{- $api = "v1beta2" -}}
{{- else if semverCompare "<1.25.0-0" $version -}}{{- $api = "v1beta3" -}}
{{- end -}}
{{- $extender := dict "urlPrefix" (printf "%s/scheduler" $settings.listen.url) "filterVerb" "filter" "prioritizeVerb" "prioritize" "bindVerb" "bind" "weight" 121 "nodeCacheCapable" true "ignorable" false "httpTimeout" "5s" -}}
{{- if semverCompare ">=1.22.0-0" $version -}}{{- $_ := set $extender "preemptVerb" "preempt" -}}{{- end -}}
{{- if .Values.scheduler.tlsConfig -}}
{{- $_ := set $extender "enableHTTPS" true -}}
{{- $_ := set $extender "tlsConfig" .Values.scheduler.tlsConfig -}}
{{- else if hasPrefix "https://" $settings.listen.url -}}
{{- fail (printf "config.listen.url is %q, and scheduler.tlsConfig is empty; expected caFile, and certFile and keyFile where listen.clientCaFile asks for a client certificate." $settings.listen.url) -}}
{{- end -}}
{{- $election := dict "leaderElect" true "resourceLock" "leases" "resourceNamespace" .Release.Namespace "resourceName" .Values.scheduler.name -}}
{{- $configuration := dict "apiVersion" (printf "kubescheduler.config.k8s.io/%s" $api) "kind" "KubeSchedulerConfiguration" "leaderElection" $election "clientConnection" (dict "qps" 200 "burst" 400) "percentageOfNodesToScore" 100 "profiles" (list (dict "schedulerName" .Values.scheduler.name)) "extenders" (list $extender) -}}
{{- if semverCompare "<1.23.0-0" $version -}}
{{- $_ := set $configuration "healthzBindAddress" "127.0.0.1:10251" -}}
{{- $_ := set $configuration "metricsBindAddress" "127.0.0.1:10251" -}}
{{- end -}}
{{- mergeOverwrite $configuration (deepCopy .Values.scheduler.configuration) | toYaml -}}
{{- end -}}

{{- /* Requests and limits by size. No limit of CPU: a scheduler that is throttled holds up everybody. */ -}}
{{- define "toposcheduler.resources" -}}
{{- if .Values.resources -}}
{{- toYaml .Values.resources -}}
{{- else -}}
{{- $cpu := dict "small" "100m" "medium" "500m" "large" "2" -}}
{{- $memory := dict "small" "256Mi" "medium" "640Mi" "large" "1536Mi" -}}
requests:
  cpu: {{ get $cpu .Values.size | quote }}
  memory: {{ get $memory .Values.size }}
limits:
  memory: {{ get $memory .Values.size }}
{{- end -}}
{{- end -}}

{{- define "toposcheduler.podSecurity" -}}
runAsNonRoot: true
{{- if not (kindIs "invalid" .Values.runAsUser) }}
runAsUser: {{ .Values.runAsUser }}
{{- end }}
{{- if not (kindIs "invalid" .Values.runAsGroup) }}
runAsGroup: {{ .Values.runAsGroup }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "toposcheduler.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
