#!/bin/sh
# What does a container of a test image run? What it is told to, like NVIDIA's images.
exec "$@"
