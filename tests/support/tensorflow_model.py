"""Makes a SavedModel and says what TensorFlow itself answers.

Usage: tensorflow_model.py FOLDER: writes model.savedmodel and, for answers.py, answers.json.
"""

import json
import sys

import numpy
import tensorflow as tf


class Tagger(tf.Module):
    """The same kind of model as PyTorch's, with another signature beside the one that is served."""

    def __init__(self):
        super().__init__()
        self.filter = tf.Variable(tf.random.normal([3, 3, 6]))
        self.names = tf.Variable(tf.random.normal([10, 6]))
        self.scorer = tf.Variable(tf.random.normal([6, 4]))

    @tf.function(
        input_signature=[tf.TensorSpec([None, None, 3], tf.float32, "signal"), tf.TensorSpec([None], tf.int64, "label")]
    )
    def __call__(self, signal, label):
        hidden = tf.reduce_mean(tf.nn.relu(tf.nn.conv1d(signal, self.filter, 1, "SAME")), 1)
        scores = tf.nn.softmax((hidden + tf.gather(self.names, label)) @ self.scorer)
        return {"scores": scores, "best": tf.argmax(scores, 1)}

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "other")])
    def another(self, other):
        return {"sum": tf.reduce_sum(other, 1)}


def main(folder):
    tf.random.set_seed(7)
    model = Tagger()
    signatures = {"another": model.another, "serving_default": model.__call__}
    tf.saved_model.save(model, f"{folder}/model.savedmodel", signatures=signatures)
    random = numpy.random.default_rng(7)
    answers = []
    for batch, length in ((1, 3), (2, 9), (5, 4)):
        signal = random.normal(size=(batch, length, 3)).astype(numpy.float32)
        label = random.integers(0, 10, batch)
        found = model(tf.constant(signal), tf.constant(label))
        tensors = {"signal": signal, "label": label, **{name: value.numpy() for name, value in found.items()}}
        answers.append({name: {"shape": value.shape, "data": value.ravel().tolist()} for name, value in tensors.items()})
    with open(f"{folder}/answers.json", "w") as file:
        json.dump(answers, file)


main(*sys.argv[1:])
