{{/* Combinations that the schema cannot refuse. */}}
{{- define "triton.validate" -}}
{{- include "triton.validateGpu" . -}}
{{- include "triton.validateStorage" . -}}
{{- range $container := list "deployer" "server" -}}
{{- include "triton.validateContainer" (dict "root" $ "name" $container "values" (get $.Values $container)) -}}
{{- end -}}
{{- end -}}

{{- define "triton.validateGpu" -}}
{{- $gpus := include "triton.gpus" . | int -}}
{{- $mig := (.Values.gpu).mig -}}
{{- $partition := $mig -}}
{{- range include "triton.products" . | fromJsonArray -}}
{{- if contains "-MIG-" . -}}
{{- $partition = . -}}
{{- if not (regexMatch "-MIG-[0-9]+g\\.[0-9]+gb([-.][a-z]+)*(-SHARED)?$" .) -}}
{{- fail (printf "gpu.product (%s) names no partition behind -MIG-: it ends like A100-SXM4-40GB-MIG-1g.5gb, as the nodes' label nvidia.com/gpu.product says." .) -}}
{{- end -}}
{{- if $mig -}}
{{- fail (printf "gpu.product (%s) and gpu.mig (%s) both name a partition: the product does with MIG strategy single, gpu.mig with mixed. Leave -MIG- and what follows it out of gpu.product, or remove gpu.mig." . $mig) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $partition (ne $gpus 1) -}}
{{- fail (printf "gpu.limit is %d, but MIG (%s) cannot be combined with a number of GPUs: Triton always runs on a single partition. Leave gpu.limit at 1, or remove the partition." $gpus $partition) -}}
{{- end -}}
{{- if and $mig (ne (default "nvidia.com/gpu" .Values.gpu.resource) "nvidia.com/gpu") -}}
{{- fail (printf "gpu.mig (%s) and gpu.resource (%s) both name the resource to ask for. Set only one of them." $mig .Values.gpu.resource) -}}
{{- end -}}
{{- end -}}

{{- define "triton.validateStorage" -}}
{{- with .Values.deployer.caBundle -}}
{{- if eq (empty .configMap) (empty .secret) -}}
{{- fail "deployer.caBundle needs the name of what holds the certificates: either configMap or secret, and not both." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "triton.validateContainer" -}}
{{- $names := list -}}
{{- range .values.env -}}{{- $names = append $names .name -}}{{- end -}}
{{- if ne (len $names) (len (uniq $names)) -}}
{{- fail (printf "%s.env sets a variable twice: %s." .name (join ", " $names)) -}}
{{- end -}}
{{- if eq .name "deployer" -}}
{{- $ours := dict
  "MODEL_URI" "set deployer.modelUri or deployer.modelUriSecret instead"
  "MODEL_SHA256" "set deployer.modelSha256 instead"
  "MODEL_REPOSITORY" "the chart mounts the repository where Triton reads it"
  "WORK_DIR" "the chart downloads to the volume that holds the repository" -}}
{{- range $name := $names -}}
{{- with get $ours $name -}}{{- fail (printf "deployer.env cannot set %s: %s." $name .) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- range $part := list "requests" "limits" -}}
{{- range $name, $_ := index (default dict $.values.resources) $part -}}
{{- if or (eq $name (include "triton.gpuResource" $.root)) (regexMatch "^nvidia\\.com/(gpu|mig-)" $name) -}}
{{- fail (printf "%s.resources.%s cannot name %s: the chart adds what gpu.limit, gpu.resource and gpu.mig say to both containers." $.name $part $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
