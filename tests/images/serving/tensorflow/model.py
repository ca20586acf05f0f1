"""Which backend serves SavedModels in the test image? This one: it calls TensorFlow as NVIDIA's does, by the names in the model."""

import json
import os

import tensorflow
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """One instance of a model. Triton asks for this class by its name."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        folder = config.get("default_model_filename") or "model.savedmodel"
        path = os.path.join(args["model_repository"], args["model_version"], folder)
        try:
            # What is loaded lives only as long as somebody holds it.
            self.loaded = tensorflow.saved_model.load(path, tags=["serve"])
        except Exception as error:
            raise pb_utils.TritonModelException(f"failed to load '{path}': {error}") from error
        signatures = self.loaded.signatures
        self.function = signatures.get("serving_default") or next(iter(signatures.values()))
        self.inputs = check_names("input", config["input"], self.function.structured_input_signature[1])
        self.outputs = check_names("output", config["output"], self.function.structured_outputs)

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        try:
            arrays = {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs}
            results = self.function(**{name: tensorflow.constant(array) for name, array in arrays.items()})
            tensors = [pb_utils.Tensor(name, results[name].numpy()) for name in self.outputs]
        except Exception as error:
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error)))
        return pb_utils.InferenceResponse(output_tensors=tensors)


def check_names(kind, configured, model):
    names = [tensor["name"] for tensor in configured]
    unknown = sorted(set(names) - set(model))
    if unknown:
        raise pb_utils.TritonModelException(f"unexpected {kind} {unknown}, the model has {sorted(model)}")
    return names
