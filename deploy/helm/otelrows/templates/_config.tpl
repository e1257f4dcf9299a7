{{/* The config that the chart writes, as YAML; nothing when somebody else does. */}}
{{- define "otelrows.config" -}}
{{- if not .Values.existingConfigMap.name -}}
{{- if .Values.alternateConfig }}{{ toYaml .Values.alternateConfig }}{{ else }}{{ toYaml .Values.config }}{{ end }}
{{- end -}}
{{- end }}

{{- define "otelrows.configMapName" -}}
{{- default (include "otelrows.fullname" .) .Values.existingConfigMap.name }}
{{- end }}

{{/* kafka.auth.sasl.password → OTELROWS_KAFKA_AUTH_SASL_PASSWORD */}}
{{- define "otelrows.variable" -}}
OTELROWS_{{ . | replace "." "_" | upper }}
{{- end }}

{{/* Milliseconds of a time as the config takes it: a number, or 500ms, 10s, 2m, 1m30s, 1h, 1d. */}}
{{- define "otelrows.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 }}
{{- $text := toString . }}
{{- if kindIs "float64" . }}{{ int64 . }}
{{- else if regexMatch "^[0-9]+$" $text }}{{ $text }}
{{- else }}
{{- $sum := 0 }}
{{- range regexFindAll "[0-9]+(ms|s|m|h|d)" $text -1 }}
{{- $unit := regexFind "[a-z]+$" . }}
{{- $sum = add $sum (mul (int64 (trimSuffix $unit .)) (get $units $unit)) }}
{{- end }}
{{- $sum }}
{{- end }}
{{- end }}

{{- define "otelrows.transactionSeconds" -}}
{{- $config := include "otelrows.config" . | fromYaml | default dict }}
{{- $ms := include "otelrows.milliseconds" (dig "producer" "transaction_timeout_ms" 10000 $config) | int64 }}
{{- div (add $ms 999) 1000 }}
{{- end }}

{{- define "otelrows.gracePeriodSeconds" -}}
{{- $transaction := include "otelrows.transactionSeconds" . | int64 }}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds }}
{{- max 60 (add $transaction 30) }}
{{- else }}
{{- $given := int64 .Values.terminationGracePeriodSeconds }}
{{- if le $given $transaction }}
{{- fail (printf "terminationGracePeriodSeconds: %d is not longer than a transaction may be (producer.transaction_timeout_ms, %d s): a worker that is writing would be killed. Leave it out, or set %d or more." $given $transaction (add $transaction 30)) }}
{{- end }}
{{- $given }}
{{- end }}
{{- end }}

{{/* What the pod mounts for secret settings: a list of {setting, name, key}. */}}
{{- define "otelrows.secrets" -}}
{{- $all := list }}
{{- $own := include "otelrows.fullname" . }}
{{- range $setting := keys .Values.secretSettings | sortAlpha }}
{{- $all = append $all (dict "setting" $setting "name" $own "key" $setting) }}
{{- end }}
{{- range .Values.existingSecrets }}
{{- $all = append $all (dict "setting" .setting "name" .name "key" .key) }}
{{- end }}
{{- toYaml (dict "secrets" $all) }}
{{- end }}

{{/* The data of the config and of secrets, not their labels, so that only a change of what is read restarts pods. */}}
{{- define "otelrows.checksums" -}}
{{- if .Values.checksums.enabled }}
{{- with include "otelrows.config" . }}
checksum/config: {{ fromYaml . | toJson | sha256sum }}
{{- end }}
{{- with .Values.secretSettings }}
checksum/secrets: {{ toJson . | sha256sum }}
{{- end }}
{{- if .Values.checksums.existing }}
{{- $found := list }}
{{- $namespace := .Release.Namespace }}
{{- with .Values.existingConfigMap.name }}
{{- $found = append $found (dig "data" dict (lookup "v1" "ConfigMap" $namespace . | default dict)) }}
{{- end }}
{{- range .Values.existingSecrets }}
{{- $found = append $found (dig "data" .key "" (lookup "v1" "Secret" $namespace .name | default dict)) }}
{{- end }}
{{- with .Values.kafkaTls.secretName }}
{{- $found = append $found (dig "data" dict (lookup "v1" "Secret" $namespace . | default dict)) }}
{{- end }}
{{- with $found }}
checksum/existing: {{ toJson . | sha256sum }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The ports of the brokers in the config, once each. */}}
{{- define "otelrows.kafkaPorts" -}}
{{- $ports := list }}
{{- range .Values.networkPolicy.kafkaPorts }}{{ $ports = append $ports (int .) }}{{ end }}
{{- if not $ports }}
{{- $config := include "otelrows.config" . | fromYaml | default dict }}
{{- range dig "kafka" "brokers" list $config }}
{{- $port := regexFind ":[0-9]+$" . | trimPrefix ":" }}
{{- $ports = append $ports (int (default "9092" $port)) }}
{{- end }}
{{- end }}
{{- toYaml (dict "ports" (uniq $ports)) }}
{{- end }}

{{/* Ends the rendering where values contradict each other in a way that shows only in pods. */}}
{{- define "otelrows.refuse" -}}
{{- $http := dig "http" dict (include "otelrows.config" . | fromYaml | default dict) }}
{{- if and (hasKey $http "port") (ne (int $http.port) (int .Values.ports.http)) }}
{{- fail (printf "config.http.port: %d and ports.http: %d contradict each other; set ports.http alone." (int $http.port) (int .Values.ports.http)) }}
{{- end }}
{{- if eq (toString (get $http "enabled")) "false" }}
{{- range $name, $probe := .Values.probes }}
{{- if $probe.enabled }}
{{- fail (printf "config.http.enabled: false leaves the %s probe without an answer; set probes.%s.enabled: false too." $name $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.autoscaling }}
{{- if and (eq .mode "keda") (eq .keda.trigger "prometheus") (eq (int .minReplicas) 0) }}
{{- fail "autoscaling.minReplicas: 0 needs keda.trigger kafka: otelrows_lag_records is the workers' own, so without a pod nothing tells that one is needed." }}
{{- end }}
{{- end }}
{{- end }}
