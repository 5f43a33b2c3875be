"""The same suppression in torchvision on the processor; prints one JSON line. Arguments: data file, repetitions."""
import json
import resource
import sys
import time

# torchvision looks for a package `pytorch`, and must not find the script of that name beside this one.
del sys.path[0]

import torch
import torchvision

with open(sys.argv[1]) as file:
    data = json.load(file)
figures = {}
for name, case in data["cases"].items():
    boxes, scores = torch.tensor(case["rows"]), torch.tensor(case["scores"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept = torchvision.ops.nms(boxes, scores, data["threshold"]).tolist()
    times = []
    for _ in range(int(sys.argv[2])):
        start = time.perf_counter()
        torchvision.ops.nms(boxes, scores, data["threshold"])
        times.append((time.perf_counter() - start) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    figures[name] = {"times": times, "memory": memory, "kept": len(kept), "checksum": sum(row * (i + 1) for i, row in enumerate(kept))}
print(json.dumps({"version": torchvision.__version__, "figures": figures}))
