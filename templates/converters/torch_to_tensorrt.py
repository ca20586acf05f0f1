"""Compiles a TorchScript model with Torch-TensorRT: the result is TorchScript with engines in it.

Usage: torch_to_tensorrt.py MODEL.pt OUTPUT.pt --workspace BYTES [--tf32] [--fp16] [--int8] [--sparse-weights]
"""

import argparse

import torch
import torch_tensorrt

from samples import DATASET

PRECISIONS = {"fp16": torch.half, "int8": torch.int8}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("output")
    parser.add_argument("--workspace", type=int, required=True)
    for flag in ("--tf32", "--fp16", "--int8", "--sparse-weights"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def describe(one):
    """One input as the compiler wants it."""
    dtype = getattr(torch, one["dtype"])
    if one["min"] == one["max"]:
        return torch_tensorrt.Input(shape=one["max"], dtype=dtype)
    return torch_tensorrt.Input(min_shape=one["min"], opt_shape=one["opt"], max_shape=one["max"], dtype=dtype)


def main(given):
    compiled = torch_tensorrt.ts.compile(
        torch.jit.load(given.model).eval().cuda(),
        inputs=[describe(one) for one in DATASET["inputs"]],
        enabled_precisions={torch.float} | {dtype for name, dtype in PRECISIONS.items() if getattr(given, name)},
        disable_tf32=not given.tf32,
        sparse_weights=given.sparse_weights,
        workspace_size=given.workspace,
        # TensorRT has long lacked numbers of 64 bits.
        truncate_long_and_double=True,
    )
    torch.jit.save(compiled, given.output)


if __name__ == "__main__":
    main(arguments())
