"""Which backend serves ONNX models in the test image? This one: NVIDIA's is in no package registry, and Triton takes one in Python."""

import json
import os

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb_utils

# What ONNX Runtime calls the element types, and what Triton calls them.
DATA_TYPES = {
    "tensor(bool)": "TYPE_BOOL",
    "tensor(uint8)": "TYPE_UINT8",
    "tensor(uint16)": "TYPE_UINT16",
    "tensor(uint32)": "TYPE_UINT32",
    "tensor(uint64)": "TYPE_UINT64",
    "tensor(int8)": "TYPE_INT8",
    "tensor(int16)": "TYPE_INT16",
    "tensor(int32)": "TYPE_INT32",
    "tensor(int64)": "TYPE_INT64",
    "tensor(float16)": "TYPE_FP16",
    "tensor(float)": "TYPE_FP32",
    "tensor(double)": "TYPE_FP64",
    "tensor(string)": "TYPE_STRING",
}


class TritonPythonModel:
    """One instance of a model. Triton asks for this class by its name."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        file = config.get("default_model_filename") or "model.onnx"
        path = os.path.join(args["model_repository"], args["model_version"], file)
        try:
            self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise pb_utils.TritonModelException(f"failed to load '{path}': {error}") from error

        self.batched = config["max_batch_size"] > 0
        self.single = {tensor.name for tensor in self.session.get_inputs() if tensor.shape == []}
        self.inputs = check_tensors("input", config["input"], self.session.get_inputs(), self.batched)
        self.outputs = check_tensors("output", config["output"], self.session.get_outputs(), self.batched)
        missing = {tensor.name for tensor in self.session.get_inputs()} - set(self.inputs)
        if missing:
            raise pb_utils.TritonModelException(f"the model configuration lacks the inputs {sorted(missing)}")

    def execute(self, requests):
        """Answers each request; those whose tensors fit together run together."""
        responses = [None] * len(requests)
        groups = {}
        for index, request in enumerate(requests):
            feed = {name: numpy_input(request, name) for name in self.inputs}
            feed.update({name: feed[name].reshape(()) for name in self.single})
            key = tuple(array.shape[1:] for array in feed.values()) if self.batched else index
            groups.setdefault(key, []).append((index, feed))

        for group in groups.values():
            for index, results in self.run(group):
                responses[index] = respond(results, requests[index].requested_output_names())
        return responses

    def run(self, group):
        """Pairs each index of the group with the arrays of its outputs by name, or with the error that it met."""
        feeds = [feed for _, feed in group]
        try:
            joined = feeds[0] if len(feeds) == 1 else {n: np.concatenate([f[n] for f in feeds]) for n in self.inputs}
            arrays = self.session.run(self.outputs, joined)
        except Exception as error:
            # One bad request must not fail those that came with it.
            return [(group[0][0], error)] if len(group) == 1 else [pair for one in group for pair in self.run([one])]

        if len(group) == 1:
            split = [arrays]
        else:
            ends = np.cumsum([len(feed[self.inputs[0]]) for feed in feeds])[:-1]
            split = zip(*(np.split(array, ends) for array in arrays))
        return [(index, dict(zip(self.outputs, parts))) for (index, _), parts in zip(group, split)]


def check_tensors(kind, configured, tensors, batched):
    """Returns the configured names, or refuses what NVIDIA's backend would refuse: names, types and shapes that differ."""
    model = {tensor.name: tensor for tensor in tensors}
    for tensor in configured:
        name = tensor["name"]
        if name not in model:
            raise pb_utils.TritonModelException(f"unexpected {kind} '{name}', the model has {sorted(model)}")

        data_type = DATA_TYPES.get(model[name].type)
        if tensor["data_type"] != data_type:
            raise pb_utils.TritonModelException(
                f"{kind} '{name}' is {tensor['data_type']} in the model configuration and {data_type} in the model"
            )

        dims = tensor.get("reshape", {}).get("shape", tensor["dims"])
        dims = ([-1] if batched else []) + [int(size) for size in dims]
        # A free axis of the model is a name, or nothing.
        shape = [size if isinstance(size, int) else -1 for size in model[name].shape]
        if batched and shape[:1] != [-1]:
            raise pb_utils.TritonModelException(f"{kind} '{name}' has no free first axis to batch along: {shape}")
        fits = len(dims) == len(shape) and all(-1 in pair or pair[0] == pair[1] for pair in zip(dims, shape))
        # A single number is one with a single axis to the server.
        fits = fits or (not batched and (dims, shape) == ([1], []))
        if not fits:
            raise pb_utils.TritonModelException(
                f"{kind} '{name}' has the shape {dims} in the model configuration and {shape} in the model"
            )
    return [tensor["name"] for tensor in configured]


def numpy_input(request, name):
    array = pb_utils.get_input_tensor_by_name(request, name).as_numpy()
    if array.dtype != np.object_:
        return array
    decoded = [text.decode() if isinstance(text, bytes) else text for text in array.ravel()]
    return np.array(decoded, dtype=np.object_).reshape(array.shape)


def numpy_output(array):
    array = np.atleast_1d(array)
    if array.dtype != np.object_:
        return np.ascontiguousarray(array)
    encoded = [text.encode() if isinstance(text, str) else text for text in array.ravel()]
    return np.array(encoded, dtype=np.object_).reshape(array.shape)


def respond(results, requested):
    if isinstance(results, Exception):
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(results)))
    tensors = [pb_utils.Tensor(name, numpy_output(array)) for name, array in results.items() if name in requested]
    return pb_utils.InferenceResponse(output_tensors=tensors)
