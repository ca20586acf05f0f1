"""Makes silero-vad's TorchScript one that Triton can call, and says what PyTorch itself answers.

Its own forward takes a plain number, and Triton passes tensors only. It also remembers what it heard before, so it
forgets that first.

Usage: silero_model.py FOLDER: reads silero_vad.jit, writes model.pt and, for ask_triton.py, answers.json.
"""

import json
import sys

import numpy
import torch


class Detector(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, signal: torch.Tensor, rate: torch.Tensor):
        self.model.reset_states()
        return self.model(signal, int(rate.item()))


def main(folder):
    model = torch.jit.script(Detector(torch.jit.load(f"{folder}/silero_vad.jit").eval()))
    model.save(f"{folder}/model.pt")
    random = numpy.random.default_rng(7)
    answers = []
    for rate, length, batch in ((16000, 512, 1), (8000, 256, 1), (16000, 512, 3)):
        signal = random.normal(size=(batch, length)).astype(numpy.float32)
        rates = numpy.array([rate])
        with torch.no_grad():
            speech = model(torch.from_numpy(signal), torch.from_numpy(rates)).numpy()
        tensors = {"signal": signal, "rate": rates, "speech": speech}
        answers.append({name: {"shape": value.shape, "data": value.ravel().tolist()} for name, value in tensors.items()})
    with open(f"{folder}/answers.json", "w") as file:
        json.dump(answers, file)


main(*sys.argv[1:])
