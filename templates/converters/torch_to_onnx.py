"""Exports a TorchScript model as ONNX.

Usage: torch_to_onnx.py MODEL.pt OUTPUT.onnx OPSET
"""

import inspect
import sys

import torch

from samples import DATASET, load_data, try_model


def dynamic_axes():
    tensors = DATASET["inputs"] + DATASET["outputs"]
    axes = {one["name"]: [axis for axis, size in enumerate(one["shape"]) if size == -1] for one in tensors}
    return {name: dynamic for name, dynamic in axes.items() if dynamic}


def main(path, output, opset):
    model = torch.jit.load(path, map_location="cpu").eval()
    # The second sample, where there is one: its batch is larger than 1, which the exporter would take for fixed.
    sample = list(load_data())[:2][-1]
    # Newer releases have a second exporter, the default there, that takes no TorchScript.
    choice = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    example = tuple(torch.from_numpy(array) for array in sample.values())
    with torch.no_grad():
        try_model(lambda _: model(*example), "the model", sample)
        torch.onnx.export(
            model,
            example,
            output,
            input_names=[one["name"] for one in DATASET["inputs"]],
            output_names=[one["name"] for one in DATASET["outputs"]],
            dynamic_axes=dynamic_axes(),
            opset_version=int(opset),
            do_constant_folding=True,
            **choice,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
