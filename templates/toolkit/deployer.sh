#!/bin/sh
# The init container's program: fetches, converts, configures and places the model.
exec "$(dirname "$0")/helm-navigator" deploy "$@"
