"""Do two models give the same numbers? Prints the worst pair of values as one line of JSON.

Usage: compare_models.py FORMAT MODEL FORMAT MODEL [SIGNATURE]

The first model is the original. SIGNATURE is that of the SavedModel among them.
"""

import json
import sys

import numpy

from samples import DATASET, load_data, narrow, try_model

INPUTS = [one["name"] for one in DATASET["inputs"]]
OUTPUTS = [one["name"] for one in DATASET["outputs"]]


def open_onnx(path):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    wanted = {one.name for one in session.get_inputs()}
    return lambda sample: session.run(OUTPUTS, {name: array for name, array in sample.items() if name in wanted})


def open_torchscript(path, device="cpu"):
    import torch

    model = torch.jit.load(path, map_location=device).eval()

    def run(sample):
        with torch.no_grad():
            answer = model(*(torch.from_numpy(sample[name]).to(device) for name in INPUTS))
        return [tensor.cpu().numpy() for tensor in tensors_in(answer)]

    return run


def tensors_in(answer):
    """A model gives one tensor, or lists, tuples and dictionaries of them: in order."""
    if hasattr(answer, "cpu"):
        return [answer]
    parts = answer.values() if isinstance(answer, dict) else answer
    return [tensor for part in parts for tensor in tensors_in(part)]


def open_torch_trt(path):
    import torch_tensorrt  # noqa: F401 (its operators are in the model)

    return open_torchscript(path, "cuda")


def open_savedmodel(path, signature):
    import tensorflow

    # What is loaded lives only as long as somebody holds it.
    loaded = tensorflow.saved_model.load(path, tags=["serve"])
    function = loaded.signatures[signature]

    def run(sample, _loaded=loaded):
        answer = function(**{name: tensorflow.constant(array) for name, array in sample.items()})
        return [answer[name].numpy() for name in OUTPUTS]

    return run


def open_trt(path):
    from polygraphy.backend.common import BytesFromPath
    from polygraphy.backend.trt import EngineFromBytes, TrtRunner
    import tensorrt

    runner = TrtRunner(EngineFromBytes(BytesFromPath(path)))
    runner.activate()
    wide = int(tensorrt.__version__.split(".")[0]) >= 10

    def run(sample):
        answer = runner.infer(sample if wide else narrow(sample))
        return [numpy.array(answer[name]) for name in OUTPUTS]

    return run


def open_model(kind, path, signature):
    if kind in ("tf-savedmodel", "tf-trt"):
        return open_savedmodel(path, signature)
    openers = {"onnx": open_onnx, "torchscript": open_torchscript, "torch-trt": open_torch_trt, "trt": open_trt}
    return openers[kind](path)


def compare(one, expected, actual):
    """The pair of values that is worst for the output's tolerances."""
    name = one["name"]
    if expected.shape != actual.shape:
        return {"output": name, "within": False, "shapes": [list(expected.shape), list(actual.shape)], "badness": [2, 0]}
    if expected.size == 0:
        return {"output": name, "within": True, "badness": [-1, 0]}
    if expected.dtype == object:
        difference = (expected.astype(str) != actual.astype(str)).astype(float)
        slack = numpy.zeros(expected.shape)
    else:
        left, right = expected.astype(numpy.float64), actual.astype(numpy.float64)
        with numpy.errstate(invalid="ignore"):
            difference = numpy.abs(left - right)
            difference[(left == right) | (numpy.isnan(left) & numpy.isnan(right))] = 0
            difference[numpy.isnan(difference)] = numpy.inf
            slack = numpy.where(numpy.isfinite(left), one["rtol"] * numpy.abs(left), 0)
    # How much absolute tolerance each value needs.
    needed = difference - slack
    within = bool(numpy.all(needed <= one["atol"]))
    index = numpy.unravel_index(numpy.argmax(difference if within else needed), needed.shape)
    return {
        "output": name,
        "within": within,
        "index": [int(axis) for axis in index],
        "expected": str(expected[index]),
        "actual": str(actual[index]),
        "difference": f"{difference[index]:.2g}",
        "needed": float(needed[index]) if numpy.isfinite(needed[index]) else None,
        "badness": [int(not within), float(min(difference[index] if within else needed[index], sys.float_info.max))],
    }


def main(first, first_path, second, second_path, signature=None):
    try:
        original = open_model(first, first_path, signature)
        converted = open_model(second, second_path, signature)
    except ModuleNotFoundError as error:
        print(json.dumps({"missing": error.name}))
        return
    pairs = []
    for sample in load_data():
        expected = try_model(original, "the original", sample)
        actual = try_model(converted, "the converted model", sample)
        if len(expected) != len(OUTPUTS):
            sys.exit(f"the original has {len(expected)} outputs, not the {len(OUTPUTS)} that are given: {', '.join(OUTPUTS)}")
        pairs += [compare(*three) for three in zip(DATASET["outputs"], map(numpy.asarray, expected), map(numpy.asarray, actual))]
    print(json.dumps(max(pairs, key=lambda pair: pair["badness"])))


if __name__ == "__main__":
    main(*sys.argv[1:])
