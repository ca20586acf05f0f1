"""What kubernetes-validate says of manifests: a JSON list on stdin, for each a map from version to null or its complaint.

Usage: validate.py VERSION…
"""

import functools
import json
import sys

import kubernetes_validate
from kubernetes_validate import utils

# It reads a megabyte of definitions for each manifest.
utils.schema_contents = functools.lru_cache(None)(utils.schema_contents)


def complaint(manifest, version):
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{'/'.join(map(str, error.path))} {error.message[:200]}"


print(json.dumps([{version: complaint(manifest, version) for version in sys.argv[1:]} for manifest in json.load(sys.stdin)]))
