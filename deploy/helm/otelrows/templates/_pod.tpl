{{/* The environment of otelrows, in a worker and in `helm test`. */}}
{{- define "otelrows.env" -}}
- name: OTELROWS_CONFIG
  value: /etc/otelrows/otelrows.yaml
- name: OTELROWS_HTTP_PORT
  value: {{ .Values.ports.http | quote }}
{{- $secrets := (include "otelrows.secrets" . | fromYaml).secrets }}
{{- range $index, $secret := $secrets }}
- name: {{ include "otelrows.variable" $secret.setting }}_FILE
  value: /etc/otelrows/secrets/{{ $secret.setting }}
{{- end }}
{{- with .Values.kafkaTls }}
{{- if .secretName }}
{{- with .caKey }}
- name: OTELROWS_KAFKA_TLS_CA_FILE
  value: /etc/otelrows/tls/{{ . }}
{{- end }}
{{- with .certKey }}
- name: OTELROWS_KAFKA_TLS_CERT_FILE
  value: /etc/otelrows/tls/{{ . }}
{{- end }}
{{- with .keyKey }}
- name: OTELROWS_KAFKA_TLS_KEY_FILE
  value: /etc/otelrows/tls/{{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "otelrows.volumeMounts" -}}
- name: config
  mountPath: /etc/otelrows/otelrows.yaml
  subPath: otelrows.yaml
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if (include "otelrows.secrets" . | fromYaml).secrets }}
- name: secrets
  mountPath: /etc/otelrows/secrets
  readOnly: true
{{- end }}
{{- if .Values.kafkaTls.secretName }}
- name: tls
  mountPath: /etc/otelrows/tls
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "otelrows.volumes" -}}
- name: config
  configMap:
    name: {{ include "otelrows.configMapName" . }}
    items:
      - key: {{ if .Values.existingConfigMap.name }}{{ .Values.existingConfigMap.key }}{{ else }}otelrows.yaml{{ end }}
        path: otelrows.yaml
- name: tmp
  emptyDir: { {{- with .Values.tmp.sizeLimit }} sizeLimit: {{ . }} {{ end -}} }
{{- with (include "otelrows.secrets" . | fromYaml).secrets }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range . }}
      - secret:
          name: {{ .name }}
          items:
            - key: {{ .key }}
              path: {{ .setting }}
      {{- end }}
{{- end }}
{{- with .Values.kafkaTls.secretName }}
- name: tls
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A map without the fields that are null. */}}
{{- define "otelrows.given" -}}
{{- $given := dict }}
{{- range $key, $value := . }}{{ if not (kindIs "invalid" $value) }}{{ $_ := set $given $key $value }}{{ end }}{{ end }}
{{- toYaml $given }}
{{- end }}

{{- define "otelrows.topologySpread" -}}
{{- $selector := dict "matchLabels" (include "otelrows.selectorLabels" . | fromYaml) }}
{{- $constraints := list }}
{{- range .Values.topologySpreadConstraints }}
{{- $constraints = append $constraints (merge (deepCopy .) (dict "labelSelector" $selector)) }}
{{- end }}
{{- if and (not $constraints) .Values.topologySpread.enabled }}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
{{- $constraints = append $constraints (dict "maxSkew" 1 "topologyKey" . "whenUnsatisfiable" "ScheduleAnyway" "labelSelector" $selector) }}
{{- end }}
{{- end }}
{{- toYaml (dict "constraints" $constraints) }}
{{- end }}

{{- define "otelrows.podTemplate" -}}
metadata:
  labels:
    {{- merge (include "otelrows.selectorLabels" . | fromYaml) .Values.podLabels .Values.commonLabels | toYaml | nindent 4 }}
  {{- with merge (deepCopy .Values.podAnnotations) (include "otelrows.checksums" . | fromYaml) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "otelrows.serviceAccountName" . }}
  automountServiceAccountToken: {{ .Values.serviceAccount.automountToken }}
  # A Service called otelrows would put variables into the pod that begin like those of settings.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "otelrows.gracePeriodSeconds" . }}
  securityContext:
    {{- include "otelrows.given" .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.initContainers }}
  initContainers:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  containers:
    - name: otelrows
      image: {{ include "otelrows.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      {{- with .Values.command }}
      command:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      args:
        {{- if .Values.args }}
        {{- toYaml .Values.args | nindent 8 }}
        {{- else }}
        {{- concat (list "run") .Values.extraArgs | toYaml | nindent 8 }}
        {{- end }}
      env:
        {{- if eq .Values.workload.kind "StatefulSet" }}
        - name: POD_NAME
          valueFrom: { fieldRef: { fieldPath: metadata.name } }
        - name: POD_NAMESPACE
          valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
        - name: OTELROWS_CONSUMER_INSTANCE_ID
          value: {{ .Values.instanceId | quote }}
        {{- end }}
        {{- include "otelrows.env" . | nindent 8 }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: http
          containerPort: {{ .Values.ports.http }}
          protocol: TCP
      {{- with .Values.probes.startup }}
      {{- if .enabled }}
      startupProbe:
        {{- omit . "enabled" | toYaml | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- with .Values.probes.liveness }}
      {{- if .enabled }}
      livenessProbe:
        {{- omit . "enabled" | toYaml | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- with .Values.probes.readiness }}
      {{- if .enabled }}
      readinessProbe:
        {{- omit . "enabled" | toYaml | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- with .Values.lifecycle }}
      lifecycle:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- include "otelrows.given" .Values.securityContext | nindent 8 }}
      volumeMounts:
        {{- include "otelrows.volumeMounts" . | nindent 8 }}
    {{- with .Values.extraContainers }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "otelrows.volumes" . | nindent 4 }}
  {{- with (include "otelrows.topologySpread" . | fromYaml).constraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- range $field := list "priorityClassName" "runtimeClassName" "schedulerName" "dnsPolicy" }}
  {{- with get $.Values $field }}
  {{ $field }}: {{ . }}
  {{- end }}
  {{- end }}
  {{- range $field := list "nodeSelector" "tolerations" "affinity" "hostAliases" "dnsConfig" }}
  {{- with get $.Values $field }}
  {{ $field }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- with .Values.extraPodSpec }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
