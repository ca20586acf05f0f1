{{/* The chart's part of the names. */}}
{{- define "triton.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of every object: the release's, with the chart's where the release does not say it. */}}
{{- define "triton.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "triton.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "triton.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What finds the pods: never changes between versions. */}}
{{- define "triton.selectorLabels" -}}
app.kubernetes.io/name: {{ include "triton.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "triton.labels" -}}
{{ include "triton.selectorLabels" . }}
app.kubernetes.io/component: inference
app.kubernetes.io/part-of: {{ trimSuffix "-inference" .Chart.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* Combinations that the schema cannot refuse. */}}
{{- define "triton.validate" -}}
{{- $products := include "triton.products" . | fromJsonArray -}}
{{- $partition := .Values.gpu.mig -}}
{{- range $products -}}
{{- if contains "-MIG-" . -}}{{- $partition = . -}}{{- end -}}
{{- end -}}
{{- if and $partition (ne (int .Values.gpu.limit) 1) -}}
{{- fail (printf "gpu.limit is %d, but MIG (%s) cannot be combined with a number of GPUs: Triton always runs on a single partition. Leave gpu.limit at 1, or remove the partition." (int .Values.gpu.limit) $partition) -}}
{{- end -}}
{{- if and .Values.gpu.mig (ne .Values.gpu.resource "nvidia.com/gpu") -}}
{{- fail (printf "gpu.mig (%s) and gpu.resource (%s) both name the resource to ask for. Set only one of them." .Values.gpu.mig .Values.gpu.resource) -}}
{{- end -}}
{{- end -}}

{{/* gpu.product as a JSON list. */}}
{{- define "triton.products" -}}
{{- if kindIs "slice" .Values.gpu.product -}}
{{- .Values.gpu.product | toJson -}}
{{- else if .Values.gpu.product -}}
{{- list .Values.gpu.product | toJson -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}

{{/* Requests and limits of a container with the device added: the deployer and the server ask for
     the same one, so that a TensorRT plan is built on the device that serves it. */}}
{{- define "triton.resources" -}}
{{- $resources := deepCopy .resources -}}
{{- $gpu := .gpu -}}
{{- if gt (int $gpu.limit) 0 -}}
{{- $name := $gpu.resource -}}
{{- if $gpu.mig -}}
{{- $name = printf "nvidia.com/%s" ($gpu.mig | replace "+" ".") -}}
{{- end -}}
{{- $limits := merge (dict $name (int $gpu.limit)) (default dict $resources.limits) -}}
{{- $resources = merge (dict "limits" $limits) $resources -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/* The user's affinity, with the GPU product required in each of its node terms. */}}
{{- define "triton.affinity" -}}
{{- $affinity := deepCopy .Values.affinity -}}
{{- $products := include "triton.products" . | fromJsonArray -}}
{{- if $products -}}
{{- $values := list -}}
{{- range $products -}}
{{- $values = append $values . -}}
{{- if not (hasPrefix "NVIDIA-" .) -}}{{- $values = append $values (printf "NVIDIA-%s" .) -}}{{- end -}}
{{- end -}}
{{- $match := dict "key" "nvidia.com/gpu.product" "operator" "In" "values" ($values | uniq) -}}
{{- $node := default dict $affinity.nodeAffinity -}}
{{- $required := default dict $node.requiredDuringSchedulingIgnoredDuringExecution -}}
{{- $terms := list -}}
{{- range (default (list dict) $required.nodeSelectorTerms) -}}
{{- $expressions := append (default list .matchExpressions) $match -}}
{{- $terms = append $terms (set . "matchExpressions" $expressions) -}}
{{- end -}}
{{- $_ := set $required "nodeSelectorTerms" $terms -}}
{{- $_ := set $node "requiredDuringSchedulingIgnoredDuringExecution" $required -}}
{{- $_ := set $affinity "nodeAffinity" $node -}}
{{- end -}}
{{- if $affinity -}}
{{- toYaml $affinity -}}
{{- end -}}
{{- end -}}

{{/* The environment of both containers: everything writable is an emptyDir at /tmp. */}}
{{- define "triton.env" -}}
- {name: HOME, value: /tmp}
- {name: USER, value: triton}
- {name: TMPDIR, value: /tmp}
- {name: XDG_CACHE_HOME, value: /tmp/.cache}
{{- if eq (int .Values.gpu.limit) 0 }}
# NVIDIA's images ask for every GPU of the node; a pod that requests none must not see any.
- {name: NVIDIA_VISIBLE_DEVICES, value: void}
{{- end }}
{{- end -}}

{{- define "triton.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: {{ .Values.readOnlyRootFilesystem }}
{{- end -}}

{{/* Triton drains for exitTimeoutSeconds, after the Service has had time to forget the pod. */}}
{{- define "triton.preStopSeconds" -}}
5
{{- end -}}
