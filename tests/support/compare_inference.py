"""Asks a Triton server and ONNX Runtime the same, and fails when the numbers differ.

Usage: compare_inference.py MODEL.onnx URL MODEL_NAME BATCH [BATCH ...]
"""

import json
import sys
import urllib.request

import numpy
import onnxruntime

WIRE = {"tensor(int32)": ("INT32", numpy.int32), "tensor(float)": ("FP32", numpy.float32)}


def main(path, url, name, *batches):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    [tensor] = session.get_inputs()
    wire, dtype = WIRE[tensor.type]
    random = numpy.random.default_rng(7)
    # No proxy: the server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for batch in map(int, batches):
        data = random.integers(0, 257, (batch, *tensor.shape[1:])).astype(dtype)
        expected = session.run(None, {tensor.name: data})
        body = {"inputs": [{"name": tensor.name, "shape": data.shape, "datatype": wire, "data": data.ravel().tolist()}]}
        request = urllib.request.Request(f"{url}/v2/models/{name}/infer", json.dumps(body).encode())
        answer = {o["name"]: o for o in json.load(opener.open(request, timeout=60))["outputs"]}
        for output, value in zip(session.get_outputs(), expected):
            served = numpy.array(answer[output.name]["data"], value.dtype).reshape(answer[output.name]["shape"])
            if served.shape != value.shape:
                sys.exit(f"{output.name}: shape {served.shape}, expected {value.shape}")
            numpy.testing.assert_allclose(served, value, rtol=1e-5, atol=1e-6)
            if not numpy.ptp(value) > 0:
                sys.exit(f"{output.name}: all values are the same, so this proves nothing")
    print("same numbers")


main(*sys.argv[1:])
