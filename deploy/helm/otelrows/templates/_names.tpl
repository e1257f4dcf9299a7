{{- define "otelrows.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{/* At most 52 characters, so that what Kubernetes adds to the name of a StatefulSet's pod and revision fits. */}}
{{- define "otelrows.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "otelrows.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "otelrows.fullname" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}
{{- end }}

{{- define "otelrows.selectorLabels" -}}
app.kubernetes.io/name: {{ include "otelrows.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Of objects. Pods have no version of the chart: a new one would restart them for nothing. */}}
{{- define "otelrows.labels" -}}
{{ include "otelrows.selectorLabels" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Metadata of an object: (dict "root" $ "name" "" "suffix" "" "labels" dict "annotations" dict "namespace" "") */}}
{{- define "otelrows.metadata" -}}
{{- $root := .root -}}
name: {{ default (include "otelrows.fullname" $root) .name }}{{ .suffix }}
namespace: {{ default $root.Release.Namespace .namespace }}
labels:
  {{- merge (deepCopy (default dict .labels)) (include "otelrows.labels" $root | fromYaml) | toYaml | nindent 2 }}
{{- with merge (deepCopy (default dict .annotations)) $root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "otelrows.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}
