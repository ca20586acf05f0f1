"""Asks a Triton server what a framework was asked, and fails when the numbers differ.

Usage: ask_triton.py MODEL answers.json [URL], by default that of this machine. The file is a list of questions, each
tensor by its name as {"shape", "data"}; those that the server does not call inputs are the answers.
"""

import json
import sys
import time
import urllib.error
import urllib.request

import numpy

URL = "http://127.0.0.1:8000"
# No proxy: the server is near.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url, body=None):
    with OPENER.open(url, body and json.dumps(body).encode(), timeout=60) as answer:
        return json.load(answer)


def wait_for(url):
    for _ in range(120):
        try:
            return get(url)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    sys.exit(f"{url} is not served")


def main(model, path, server=URL):
    url = f"{server}/v2/models/{model}"
    served = wait_for(url)
    types = {one["name"]: one["datatype"] for one in served["inputs"]}
    questions = json.load(open(path))
    for question in questions:
        # A tensor of single numbers has one axis more on the wire: Triton knows no dims of length 0.
        shape = {
            one["name"]: question[one["name"]]["shape"] + [1] * (len(one["shape"]) - len(question[one["name"]]["shape"]))
            for one in served["inputs"]
        }
        inputs = [{"name": n, "shape": shape[n], "datatype": types[n], "data": question[n]["data"]} for n in types]
        outputs = {one["name"]: one for one in get(f"{url}/infer", {"inputs": inputs})["outputs"]}
        expected = {name: value for name, value in question.items() if name not in types}
        if set(outputs) != set(expected):
            sys.exit(f"the outputs are {sorted(outputs)}, not {sorted(expected)}")
        for name, value in expected.items():
            numpy.testing.assert_allclose(outputs[name]["data"], value["data"], rtol=1e-5, atol=1e-6)
    print(f"{len(questions)} answers, the same numbers")


main(*sys.argv[1:])
