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
     the same one, so that a TensorRT plan is built on the device that serves it. The disk counts
     once for a pod: the deployer asks for it. */}}
{{- define "triton.resources" -}}
{{- $resources := deepCopy (default dict .resources) -}}
{{- $gpus := include "triton.gpus" .root | int -}}
{{- if $gpus -}}
{{- $device := dict (include "triton.gpuResource" .root) $gpus -}}
{{- $_ := set $resources "limits" (merge $device (default dict $resources.limits)) -}}
{{- end -}}
{{- with .disk -}}
{{- $_ := set $resources "requests" (merge (default dict $resources.requests) (dict "ephemeral-storage" .)) -}}
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
{{- $prefixed := printf "NVIDIA-%s" . -}}
{{- /* No label is longer than 63. */ -}}
{{- if not (or (hasPrefix "NVIDIA-" .) (gt (len $prefixed) 63)) -}}{{- $values = append $values $prefixed -}}{{- end -}}
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
