{{/* The chart's part of the names. */}}
{{- define "tester.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of every object: the release's, with the chart's where the release does not say it.
     What is too long loses the end of the release's name, and gets a hash that keeps it unique. */}}
{{- define "tester.fullname" -}}
{{- $name := include "tester.name" . -}}
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
{{- define "tester.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tester.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* What stands on the pod. */}}
{{- define "tester.podLabels" -}}
{{ include "tester.selectorLabels" . }}
app.kubernetes.io/component: tester
app.kubernetes.io/part-of: {{ trimSuffix "-tester" .Chart.Name | quote }}
app.kubernetes.io/version: {{ include "tester.labelValue" .Chart.AppVersion }}
{{- end -}}

{{- define "tester.labels" -}}
{{ include "tester.podLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ include "tester.labelValue" (printf "%s-%s" .Chart.Name .Chart.Version) }}
{{- end -}}

{{/* A version may hold what a label must not. */}}
{{- define "tester.labelValue" -}}
{{- regexReplaceAll "[^-A-Za-z0-9_.]+" . "_" | trunc 63 | trimAll "-_." | quote -}}
{{- end -}}
