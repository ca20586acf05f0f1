{{/* The chart's part of the names. */}}
{{- define "triton.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of every object: the release's, with the chart's where the release does not say it.
     What is too long loses the end of the release's name, and gets a hash that keeps it unique. */}}
{{- define "triton.fullname" -}}
{{- $name := include "triton.name" . -}}
{{- $full := printf "%s-%s" .Release.Name $name -}}
{{- if .Values.fullnameOverride -}}
{{- $full = .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- $full = .Release.Name -}}
{{- else if gt (len $full) 63 -}}
{{- $hash := .Release.Name | sha256sum | trunc 6 -}}
{{- $release := .Release.Name | trunc (sub 55 (len $name) | int) | trimSuffix "-" -}}
{{- $full = printf "%s-%s-%s" $release $hash $name -}}
{{- end -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$" $full) -}}
{{- fail (printf "The release name %q would make %q the name of its objects, but such a name begins with a letter and holds only a-z, 0-9 and -. Choose another release name, or set fullnameOverride." .Release.Name $full) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{/* What finds the pods: never changes between versions. */}}
{{- define "triton.selectorLabels" -}}
app.kubernetes.io/name: {{ include "triton.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "triton.labels" -}}
{{ include "triton.selectorLabels" . }}
app.kubernetes.io/component: inference
app.kubernetes.io/part-of: {{ trimSuffix "-inference" .Chart.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* GPUs for each pod; 0 is a deployment on the CPU. */}}
{{- define "triton.gpus" -}}
{{- $limit := (.Values.gpu).limit -}}
{{- if kindIs "invalid" $limit -}}
{{- fail "gpu.limit is missing: give the number of GPUs for each pod, or 0 to serve on the CPU." -}}
{{- end -}}
{{- int $limit -}}
{{- end -}}

{{/* The extended resource that stands for a GPU or a partition of one. */}}
{{- define "triton.gpuResource" -}}
{{- if (.Values.gpu).mig -}}
nvidia.com/{{ (.Values.gpu).mig | replace "+" "." }}
{{- else -}}
{{- default "nvidia.com/gpu" (.Values.gpu).resource -}}
{{- end -}}
{{- end -}}

{{/* Combinations that the schema cannot refuse. */}}
{{- define "triton.validate" -}}
{{- $gpus := include "triton.gpus" . | int -}}
{{- $products := include "triton.products" . | fromJsonArray -}}
{{- $partition := (.Values.gpu).mig -}}
{{- range $products -}}
{{- if contains "-MIG-" . -}}{{- $partition = . -}}{{- end -}}
{{- end -}}
{{- if and $partition (ne $gpus 1) -}}
{{- fail (printf "gpu.limit is %d, but MIG (%s) cannot be combined with a number of GPUs: Triton always runs on a single partition. Leave gpu.limit at 1, or remove the partition." $gpus $partition) -}}
{{- end -}}
{{- if and (.Values.gpu).mig (ne (default "nvidia.com/gpu" .Values.gpu.resource) "nvidia.com/gpu") -}}
{{- fail (printf "gpu.mig (%s) and gpu.resource (%s) both name the resource to ask for. Set only one of them." .Values.gpu.mig .Values.gpu.resource) -}}
{{- end -}}
{{- $ours := dict
  "MODEL_URI" "set deployer.modelUri or deployer.modelUriSecret instead"
  "MODEL_SHA256" "set deployer.modelSha256 instead"
  "MODEL_REPOSITORY" "the chart mounts the repository where Triton reads it"
  "WORK_DIR" "the chart downloads to the volume that holds the repository" -}}
{{- range $variable := .Values.deployer.env -}}
{{- with get $ours $variable.name -}}
{{- fail (printf "deployer.env cannot set %s: %s." $variable.name .) -}}
{{- end -}}
{{- end -}}
{{- $device := include "triton.gpuResource" . -}}
{{- range $container := list "deployer" "server" -}}
{{- $values := get $.Values $container -}}
{{- $names := list -}}
{{- range $values.env -}}{{- $names = append $names .name -}}{{- end -}}
{{- if ne (len $names) (len (uniq $names)) -}}
{{- fail (printf "%s.env sets a variable twice: %s." $container (join ", " $names)) -}}
{{- end -}}
{{- range $part := list "requests" "limits" -}}
{{- range $name, $_ := index (default dict $values.resources) $part -}}
{{- if or (eq $name $device) (regexMatch "^nvidia\\.com/(gpu|mig-)" $name) -}}
{{- fail (printf "%s.resources.%s cannot name %s: the chart adds what gpu.limit, gpu.resource and gpu.mig say to both containers." $container $part $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* gpu.product as a JSON list. */}}
{{- define "triton.products" -}}
{{- if kindIs "slice" (.Values.gpu).product -}}
{{- (.Values.gpu).product | toJson -}}
{{- else if (.Values.gpu).product -}}
{{- list (.Values.gpu).product | toJson -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}

{{/* Requests and limits of a container with the device added: the deployer and the server ask for
     the same one, so that a TensorRT plan is built on the device that serves it. */}}
{{- define "triton.resources" -}}
{{- $resources := deepCopy (default dict .resources) -}}
{{- $gpus := include "triton.gpus" .root | int -}}
{{- if $gpus -}}
{{- $device := dict (include "triton.gpuResource" .root) $gpus -}}
{{- $_ := set $resources "limits" (merge $device (default dict $resources.limits)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/* The user's affinity, with the GPU product required in each of its node terms; a pod that needs
     no GPU runs anywhere. */}}
{{- define "triton.affinity" -}}
{{- $affinity := deepCopy (default dict .Values.affinity) -}}
{{- $products := include "triton.products" . | fromJsonArray -}}
{{- if and $products (include "triton.gpus" . | int) -}}
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

{{/* What the chart puts into the environment of both containers, less what the user sets himself:
     Kubernetes wants each name once. Everything writable is an emptyDir at /tmp. */}}
{{- define "triton.env" -}}
{{- $env := dict "HOME" "/tmp" "USER" "triton" "TMPDIR" "/tmp" "XDG_CACHE_HOME" "/tmp/.cache" -}}
{{- /* NVIDIA's images ask for every GPU of the node; a pod that requests none must not see any. */ -}}
{{- if not (include "triton.gpus" .root | int) -}}
{{- $_ := set $env "NVIDIA_VISIBLE_DEVICES" "void" -}}
{{- end -}}
{{- range .user -}}
{{- $_ := unset $env .name -}}
{{- end -}}
{{- range $name, $value := $env }}
- {name: {{ $name }}, value: {{ $value }}}
{{- end -}}
{{- end -}}

{{- define "triton.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: {{ ne (toString .Values.readOnlyRootFilesystem) "false" }}
{{- end -}}

{{/* Triton drains for exitTimeoutSeconds, after the Service has had time to forget the pod. */}}
{{- define "triton.preStopSeconds" -}}
5
{{- end -}}
