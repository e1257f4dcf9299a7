{{/* The keys of values.yaml, which a template cannot read; a test compares them. Keys of other versions are tolerated, and named. */}}
{{- define "otelrows.knownValues" -}}
["affinity", "alternateConfig", "args", "autoscaling", "checksums", "command", "commonAnnotations", "commonLabels",
"config", "dnsConfig", "dnsPolicy", "existingConfigMap", "existingSecrets", "extraArgs", "extraContainers",
"extraEnv", "extraEnvFrom", "extraObjects", "extraPodSpec", "extraVolumeMounts", "extraVolumes", "fullnameOverride",
"global", "hostAliases", "image", "imagePullSecrets", "initContainers", "instanceId", "kafkaTls", "lifecycle",
"nameOverride", "networkPolicy", "nodeSelector", "podAnnotations", "podDisruptionBudget", "podLabels", "podMonitor",
"podSecurityContext", "ports", "priorityClassName", "probes", "prometheusRule", "replicaCount", "resources",
"runtimeClassName", "schedulerName", "secretSettings", "securityContext", "service", "serviceAccount",
"serviceMonitor", "terminationGracePeriodSeconds", "tests", "tmp", "tolerations", "topologySpread",
"topologySpreadConstraints", "workload"]
{{- end }}
