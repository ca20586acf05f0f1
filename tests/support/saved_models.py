"""Makes the SavedModels of tests/unit/model/fixtures, and signatures.json: what TensorFlow itself says of them.

Usage: saved_models.py FOLDER, with tensorflow-cpu 2.21.0 installed.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import tensorflow as tf

v1 = tf.compat.v1


def spec(shape, dtype, name):
    return tf.TensorSpec(shape, dtype, name)


class Dense(tf.Module):
    def __init__(self):
        super().__init__()
        self.weights = tf.Variable(tf.ones([3, 4]))

    @tf.function(input_signature=[spec([None, 3], tf.float32, "x")])
    def __call__(self, x):
        return {"y": x @ self.weights}

    @tf.function(input_signature=[spec([None, 3], tf.float32, "x")])
    def total(self, x):
        return {"sum": tf.reduce_sum(x)}


class Texts(tf.Module):
    @tf.function(input_signature=[spec([None, 5], tf.int64, "ids"), spec([None], tf.string, "text")])
    def __call__(self, ids, text):
        return {"score": tf.cast(ids, tf.float16), "long": tf.strings.length(text) > 9, "ids": tf.cast(ids, tf.uint64)}


class AnyRank(tf.Module):
    @tf.function(input_signature=[spec(None, tf.float64, "x")])
    def __call__(self, x):
        return {"same": x, "rank": tf.rank(x)}


def save(module, folder, **signatures):
    tf.saved_model.save(module, folder, signatures=signatures or None)


def graphs(folder):
    """As TensorFlow 1 wrote them: one graph to train, one to serve that takes a sparse tensor."""
    builder = v1.saved_model.Builder(folder)
    with tf.Graph().as_default(), v1.Session() as session:
        sparse = v1.sparse_placeholder(tf.float32, [None, 9], name="sparse")
        plain = v1.placeholder(tf.float32, [None, 2], name="plain")
        out = tf.identity(plain, name="out")
        define = v1.saved_model.signature_def_utils.predict_signature_def
        train = define({"plain": plain}, {"out": out})
        serve = define({"sparse": sparse, "plain": plain}, {"out": out})
        builder.add_meta_graph_and_variables(session, ["train"], {"serving_default": train}, strip_default_attrs=True)
        builder.add_meta_graph(["serve"], {"serving_default": serve}, strip_default_attrs=True)
    builder.save()


def said(folder):
    with tf.Graph().as_default(), v1.Session() as session:
        signatures = v1.saved_model.load(session, ["serve"], folder).signature_def
    return {
        name: {"inputs": tensors(one.inputs), "outputs": tensors(one.outputs)}
        for name, one in signatures.items()
        if name != "__saved_model_init_op"
    }


def tensors(infos):
    def tensor(name):
        info = infos[name]
        shape = tf.TensorShape(info.tensor_shape)
        sizes = None if shape.rank is None else [-1 if size is None else size for size in shape]
        return {"name": name, "dtype": tf.as_dtype(info.dtype).name, "shape": sizes}

    return [tensor(name) for name in sorted(infos)]


def main(target):
    dense, texts, any_rank = Dense(), Texts(), AnyRank()
    makers = {
        "dense": lambda folder: save(dense, folder, serving_default=dense.__call__, total=dense.total),
        "two_inputs": lambda folder: save(texts, folder, serving_default=texts.__call__),
        "unknown_rank": lambda folder: save(any_rank, folder, serving_default=any_rank.__call__),
        "one_other": lambda folder: save(dense, folder, total=dense.total),
        "several": lambda folder: save(dense, folder, total=dense.total, forward=dense.__call__),
        "no_signature": lambda folder: save(dense, folder),
        "sparse": graphs,
    }
    report = {}
    for name, make in makers.items():
        folder = tempfile.mkdtemp() + "/model"
        make(folder)
        shutil.copy(f"{folder}/saved_model.pb", pathlib.Path(target, f"{name}.pb"))
        report[name] = said(folder)
        shutil.rmtree(folder)
    pathlib.Path(target, "signatures.json").write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")


main(*sys.argv[1:])
