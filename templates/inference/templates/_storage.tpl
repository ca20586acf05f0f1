{{/* How the deployer gets at the model's storage. No other container sees any of this. */}}
{{- define "triton.storageEnv" -}}
{{- with .Values.deployer.awsCredentialsFile }}
- {name: AWS_ACCESS_KEY_ID, valueFrom: {secretKeyRef: {name: {{ quote . }}, key: aws_access_key_id}}}
- {name: AWS_SECRET_ACCESS_KEY, valueFrom: {secretKeyRef: {name: {{ quote . }}, key: aws_secret_access_key}}}
- {name: AWS_SESSION_TOKEN, valueFrom: {secretKeyRef: {name: {{ quote . }}, key: aws_session_token, optional: true}}}
{{- end }}
{{- with .Values.deployer.azureCredentialsFile }}
- {name: AZURE_STORAGE_CONNECTION_STRING, valueFrom: {secretKeyRef: {name: {{ quote . }}, key: azure_storage_connection_string}}}
{{- end }}
{{- if .Values.deployer.gcsCredentialsFile }}
- {name: GOOGLE_APPLICATION_CREDENTIALS, value: /var/run/navigator/gcs/credentials.json}
{{- end }}
{{- with (.Values.deployer.s3).endpoint }}
- {name: AWS_ENDPOINT_URL_S3, value: {{ replace "$" "$$" . | quote }}}
{{- end }}
{{- with (.Values.deployer.s3).region }}
- {name: AWS_REGION, value: {{ replace "$" "$$" . | quote }}}
{{- end }}
{{- if kindIs "bool" (.Values.deployer.s3).pathStyle }}
- {name: AWS_S3_USE_PATH_STYLE, value: {{ quote .Values.deployer.s3.pathStyle }}}
{{- end }}
{{- /* Deno adds these to the authorities that it knows. */ -}}
{{- if .Values.deployer.caBundle }}
- {name: DENO_CERT, value: /var/run/navigator/ca/ca.crt}
{{- end }}
{{- end -}}

{{- define "triton.storageMounts" -}}
{{- if .Values.deployer.modelVolume }}
- {name: model, mountPath: /mnt/model, readOnly: true}
{{- end }}
{{- if .Values.deployer.gcsCredentialsFile }}
- {name: gcs, mountPath: /var/run/navigator/gcs, readOnly: true}
{{- end }}
{{- if .Values.deployer.caBundle }}
- {name: ca, mountPath: /var/run/navigator/ca, readOnly: true}
{{- end }}
{{- end -}}

{{- define "triton.storageVolumes" -}}
{{- with .Values.deployer.modelVolume }}
- name: model
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.deployer.gcsCredentialsFile }}
- name: gcs
  secret:
    secretName: {{ quote . }}
    items: [{key: credentials.json, path: credentials.json}]
{{- end }}
{{- with .Values.deployer.caBundle }}
- name: ca
  {{- if .configMap }}
  configMap:
    name: {{ quote .configMap }}
  {{- else }}
  secret:
    secretName: {{ quote .secret }}
  {{- end }}
    items: [{key: {{ default "ca.crt" .key | quote }}, path: ca.crt}]
{{- end }}
{{- end -}}
