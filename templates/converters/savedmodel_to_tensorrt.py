"""Converts a SavedModel with TF-TRT: the result is a SavedModel with TensorRT engines in it.

Usage: savedmodel_to_tensorrt.py FOLDER OUTPUT --signature KEY --precision FP32|FP16|INT8 --workspace BYTES [--tf32]
"""

import argparse

import tensorflow
from tensorflow.python.compiler.tensorrt import trt_convert

from samples import load_profile

# Fewer operators than this in a row are not worth an engine.
SEGMENT = 3


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("output")
    parser.add_argument("--signature", required=True)
    parser.add_argument("--precision", required=True)
    parser.add_argument("--workspace", type=int, required=True)
    parser.add_argument("--tf32", action="store_true")
    return parser.parse_args()


def data():
    for sample in load_profile():
        yield {name: tensorflow.constant(array) for name, array in sample.items()}


def main(given):
    tensorflow.config.experimental.enable_tensor_float_32_execution(given.tf32)
    converter = trt_convert.TrtGraphConverterV2(
        input_saved_model_dir=given.model,
        input_saved_model_tags=["serve"],
        input_saved_model_signature_key=given.signature,
        use_dynamic_shape=True,
        dynamic_shape_profile_strategy="Range",
        max_workspace_size_bytes=given.workspace,
        precision_mode=given.precision,
        minimum_segment_size=SEGMENT,
        use_calibration=given.precision == "INT8",
    )
    if given.precision == "INT8":
        converter.convert(calibration_input_fn=data)
    else:
        converter.convert()
    # Builds the engines now, for all shapes from the smallest to the largest of these, and not with the first requests.
    converter.build(input_fn=data)
    converter.save(given.output)


if __name__ == "__main__":
    main(arguments())
