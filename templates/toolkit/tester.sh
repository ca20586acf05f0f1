#!/bin/sh
# The tester's program: load-tests the server and prints the table.
exec "$(dirname "$0")/helm-navigator" evaluate "$@"
