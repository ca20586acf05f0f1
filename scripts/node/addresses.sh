# Which addresses does the test cluster use? Sourced. A cable joins this machine and the node, which has a network of its own.
# shellcheck shell=bash disable=SC2034
cable=navigator0
host_address=10.243.0.1
node_address=10.243.0.2
pod_range=10.244.0.0/16
service_range=10.96.0.0/16
api_service_address=10.96.0.1
# Registries on this machine's loopback that the node reaches under the same name: ours, and a private one if a test has it.
registry_ports=(5000 5001)
