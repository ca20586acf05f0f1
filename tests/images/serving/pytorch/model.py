"""Which backend serves TorchScript in the test image? This one: it calls PyTorch as NVIDIA's does, by the same conventions for names."""

import json
import os
import re

import torch
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """One instance of a model. Triton asks for this class by its name."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        file = config.get("default_model_filename") or "model.pt"
        path = os.path.join(args["model_repository"], args["model_version"], file)
        try:
            self.model = torch.jit.load(path, map_location="cpu").eval()
        except Exception as error:
            raise pb_utils.TritonModelException(f"failed to load '{path}': {error}") from error
        arguments = [argument.name for argument in self.model.forward.schema.arguments][1:]
        self.inputs = in_order([one["name"] for one in config["input"]], arguments)
        self.outputs = in_order([one["name"] for one in config["output"]], [])

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        try:
            arrays = [pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs]
            with torch.no_grad():
                # A copy, since PyTorch writes where it may.
                results = self.model(*(torch.from_numpy(array.copy()) for array in arrays))
            results = results if isinstance(results, (list, tuple)) else [results]
            named = zip(self.outputs, results, strict=True)
            tensors = [pb_utils.Tensor(name, result.contiguous().numpy()) for name, result in named]
        except Exception as error:
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error)))
        return pb_utils.InferenceResponse(output_tensors=tensors)


def in_order(names, arguments):
    """By the numbers behind `__`, else by forward's arguments, else as they come.

    https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md#special-conventions-for-pytorch-backend
    """
    numbers = [re.fullmatch(r".*?__(\d+)", name) for name in names]
    if all(numbers):
        return [name for _, name in sorted((int(number[1]), name) for number, name in zip(numbers, names))]
    if set(names) <= set(arguments):
        return sorted(names, key=arguments.index)
    return names
