"""The same training step and matrix product in PyTorch on the processor; prints one JSON line. Arguments: data file, repetitions."""
import json
import sys
import time

import numpy
import torch
import torch.nn.functional as F

with open(sys.argv[1]) as file:
    data = json.load(file)
repetitions = int(sys.argv[2])
layers, rate = data["layers"], data["learningRate"]
images = torch.tensor(numpy.array(data["images"], dtype=numpy.float32).reshape(data["batch"], data["side"], data["side"], 3))
images = images.permute(0, 3, 1, 2).contiguous()
labels = torch.tensor(numpy.array(data["labels"], dtype=numpy.int64).reshape(data["batch"], data["side"] // 2, data["side"] // 2))
weights, biases = [], []
for layer, flat in zip(layers, data["weights"]):
    weight = numpy.array(flat, dtype=numpy.float32).reshape(3, 3, layer["inChannels"], layer["outChannels"]).transpose(3, 2, 0, 1)
    weights.append(torch.tensor(numpy.ascontiguousarray(weight), requires_grad=True))
    biases.append(torch.zeros(layer["outChannels"], requires_grad=True))


def step():
    value = images
    for index, layer in enumerate(layers):
        if index > 0:
            value = torch.relu(value)
        value = F.conv2d(value, weights[index], biases[index], stride=layer["stride"], padding=1)
    loss = F.cross_entropy(value, labels)
    slopes = torch.autograd.grad(loss, weights + biases)
    with torch.no_grad():
        for parameter, slope in zip(weights + biases, slopes):
            parameter -= rate * slope
    return loss.item()


def measure(body):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        body()
        times.append((time.perf_counter() - start) * 1000)
    return times


losses = [step() for _ in range(10)]
matrix = torch.sin(torch.arange(512 * 512, dtype=torch.float32)).reshape(512, 512)
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "losses": losses[:1], "step": measure(step), "matmul": measure(lambda: matrix @ matrix)}))
