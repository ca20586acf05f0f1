"""Makes a TorchScript model and says what PyTorch itself answers.

Usage: torch_model.py FOLDER: writes model.pt and, for answers.py, answers.json.
"""

import json
import sys

import numpy
import torch


class Tagger(torch.nn.Module):
    """Sequences of any length, a branch that depends on it, and two inputs of which one is a number each."""

    def __init__(self):
        super().__init__()
        self.filter = torch.nn.Conv1d(3, 6, 3, padding=1)
        self.names = torch.nn.Embedding(10, 6)
        self.scorer = torch.nn.Linear(6, 4)

    def forward(self, signal: torch.Tensor, label: torch.Tensor):
        hidden = torch.relu(self.filter(signal))
        if signal.size(2) > 4:
            hidden = hidden * 2
        scores = torch.softmax(self.scorer(hidden.mean(2) + self.names(label)), 1)
        return scores, scores.argmax(1)


def main(folder):
    torch.manual_seed(7)
    model = torch.jit.script(Tagger().eval())
    model.save(f"{folder}/model.pt")
    random = numpy.random.default_rng(7)
    answers = []
    for batch, length in ((1, 3), (2, 9), (5, 4)):
        signal = random.normal(size=(batch, 3, length)).astype(numpy.float32)
        label = random.integers(0, 10, batch)
        with torch.no_grad():
            scores, best = model(torch.from_numpy(signal), torch.from_numpy(label))
        tensors = {"signal": signal, "label": label, "scores": scores.numpy(), "best": best.numpy()}
        answers.append({name: {"shape": value.shape, "data": value.ravel().tolist()} for name, value in tensors.items()})
    with open(f"{folder}/answers.json", "w") as file:
        json.dump(answers, file)


main(*sys.argv[1:])
