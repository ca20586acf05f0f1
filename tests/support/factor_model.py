"""Writes an ONNX model that multiplies by a number: y = FACTOR * x.

Usage: factor_model.py FILE FACTOR
"""

import sys

from onnx import TensorProto, helper, save


def main(path, factor):
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3]) for name in ("x", "y")]
    constant = helper.make_tensor("factor", TensorProto.FLOAT, [1], [float(factor)])
    graph = helper.make_graph([helper.make_node("Mul", ["x", "factor"], ["y"])], "graph", tensors[:1], tensors[1:], [constant])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


main(*sys.argv[1:])
