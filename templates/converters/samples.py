"""Which data is a model tried with? What dataset.json beside this file says; the same for the same seed."""

import json
import os
import sys

import numpy

LETTERS = numpy.array([chr(code).encode() for code in range(ord("a"), ord("z") + 1)])

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "dataset.json"), encoding="utf-8") as file:
    DATASET = json.load(file)


def load_data():
    """For each sample its arrays by the names of the inputs. Polygraphy calls it by this name."""
    random = numpy.random.default_rng(DATASET["seed"])
    for shapes in DATASET["samples"]:
        yield {one["name"]: draw(one, shapes[one["name"]], random) for one in DATASET["inputs"]}


def load_profile():
    """The smallest, the preferred and the largest sample that an engine is built for."""
    random = numpy.random.default_rng(DATASET["seed"])
    for bound in ("min", "opt", "max"):
        yield {one["name"]: draw(one, one[bound], random) for one in DATASET["inputs"]}


def load_narrow_data():
    """The same for a TensorRT before 10."""
    return map(narrow, load_data())


def narrow(sample):
    """TensorRT before 10 makes integers of 32 bits of those with 64, in the signature too."""
    return {name: array.astype(numpy.int32) if array.dtype == numpy.int64 else array for name, array in sample.items()}


def try_model(model, what, sample):
    """Runs the model, or ends with the words that make a hint of the deployer's."""
    try:
        return model(sample)
    except Exception as error:
        shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in sample.items())
        sys.exit(f"{error}\n{what} does not run on generated data: {shapes}")


def draw(one, shape, random):
    if one["values"] == "letters":
        words = random.choice(LETTERS, size=(*shape, 8))
        return numpy.array([b"".join(word) for word in words.reshape(-1, 8)], dtype=object).reshape(shape)
    low, high = one["low"], one["high"]
    if one["values"] == "integer":
        numbers = random.integers(int(low), int(high), size=shape, endpoint=True)
    else:
        numbers = random.uniform(low, high, size=shape)
    if one["dtype"] == "string":
        return numpy.array([str(number).encode() for number in numbers.ravel()], dtype=object).reshape(shape)
    return numpy.asarray(numbers).astype(one["dtype"])
