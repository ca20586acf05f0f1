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

{{- define "triton.serviceAccount" -}}
{{- $account := default dict .Values.serviceAccount -}}
{{- default (ternary (include "triton.fullname" .) "default" (default false $account.create)) $account.name -}}
{{- end -}}

{{/* What finds the pods: never changes between versions. */}}
{{- define "triton.selectorLabels" -}}
app.kubernetes.io/name: {{ include "triton.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* What stands on the pods: a new version of the chart alone does not restart them. */}}
{{- define "triton.podLabels" -}}
{{ include "triton.selectorLabels" . }}
app.kubernetes.io/component: inference
app.kubernetes.io/part-of: {{ trimSuffix "-inference" .Chart.Name | quote }}
app.kubernetes.io/version: {{ include "triton.labelValue" .Chart.AppVersion }}
{{- end -}}

{{- define "triton.labels" -}}
{{ include "triton.podLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ include "triton.labelValue" (printf "%s-%s" .Chart.Name .Chart.Version) }}
{{- end -}}

{{/* A version may hold what a label must not. */}}
{{- define "triton.labelValue" -}}
{{- regexReplaceAll "[^-A-Za-z0-9_.]+" . "_" | trunc 63 | trimAll "-_." | quote -}}
{{- end -}}

{{/* The environment of a container: what the chart says, less what the user says himself, since
     Kubernetes wants each name once; then what the user says. `quote`, because `toYaml` loses the
     line breaks of Unicode. */}}
{{- define "triton.env" -}}
{{- $names := list -}}
{{- range .user -}}{{- $names = append $names .name -}}{{- end -}}
{{- $env := list -}}
{{- range .chart | fromYamlArray -}}
{{- if not (has .name $names) -}}{{- $env = append $env . -}}{{- end -}}
{{- end -}}
{{- range concat $env (default list .user) }}
- name: {{ quote .name }}
  {{- if .valueFrom }}
  valueFrom:
    {{- toYaml .valueFrom | nindent 4 }}
  {{- else }}
  value: {{ default "" .value | quote }}
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "triton.annotations" -}}
{{- $lines := list -}}
{{- range $name, $value := . -}}{{- $lines = append $lines (printf "%q: %q" $name $value) -}}{{- end -}}
{{- join "\n" $lines -}}
{{- end -}}

{{/* For both containers. Everything writable is an emptyDir at /tmp. */}}
{{- define "triton.commonEnv" -}}
- {name: HOME, value: /tmp}
- {name: USER, value: triton}
- {name: TMPDIR, value: /tmp}
- {name: XDG_CACHE_HOME, value: /tmp/.cache}
{{- /* NVIDIA's images ask for every GPU of the node; a pod that requests none must not see any. */ -}}
{{- if not (include "triton.gpus" . | int) }}
- {name: NVIDIA_VISIBLE_DEVICES, value: void}
{{- end -}}
{{- end -}}

{{- define "triton.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: {{ ne (toString .Values.readOnlyRootFilesystem) "false" }}
{{- end -}}

{{/* Constraints without a selector are about the pods of this release. */}}
{{- define "triton.topologySpread" -}}
{{- $selector := dict "matchLabels" (include "triton.selectorLabels" . | fromYaml) -}}
{{- $constraints := list -}}
{{- range .Values.topologySpreadConstraints -}}
{{- $constraints = append $constraints (ternary . (set (deepCopy .) "labelSelector" $selector) (hasKey . "labelSelector")) -}}
{{- end -}}
{{- with $constraints -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{/* Triton drains for exitTimeoutSeconds, after the Service has had time to forget the pod. */}}
{{- define "triton.preStopSeconds" -}}
5
{{- end -}}
