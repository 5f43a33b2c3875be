"""The training steps of networks.mjs in PyTorch and torchvision; prints one JSON line. Arguments: data file, repetitions, warm-ups."""
import json
import sys
import time

# torchvision looks for a package `pytorch`, and must not find the script of that name beside this one.
del sys.path[0]

import numpy
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import roi_align

with open(sys.argv[1]) as file:
    data = json.load(file)
repetitions, warm_ups = int(sys.argv[2]), int(sys.argv[3])
CLASSES, PIXEL_CLASSES = data["classes"], data["pixelClasses"]
VOID = 255


def block(inputs, outputs, size=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


def blocks(*channels):
    return nn.Sequential(*(block(*pair) for pair in zip(channels, channels[1:])))


def bilinear(x, factor):
    return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


# Modules in the order of detseg's parameters.


class UNet(nn.Module):
    def __init__(self, widths=(8, 16, 32, 64)):
        super().__init__()
        levels = range(len(widths) - 1)
        self.stem = block(3, widths[0], 5, 2)
        self.down = nn.ModuleList(block(widths[0], widths[0]) if i == 0 else blocks(widths[i - 1], widths[i], widths[i]) for i in levels)
        self.bottom = blocks(widths[-2], widths[-1], widths[-1])
        self.up = nn.ModuleList(blocks(widths[i + 1] + widths[i], widths[i], widths[i]) for i in reversed(levels))
        self.scores = nn.Conv2d(widths[0], PIXEL_CLASSES, 1)

    def loss(self, images, labels):
        x = self.stem(images)
        skips = []
        for level in self.down:
            skips.append(level(x))
            x = F.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for level in self.up:
            x = level(torch.cat([F.interpolate(x, scale_factor=2, mode="nearest"), skips.pop()], 1))
        return F.cross_entropy(bilinear(self.scores(x), 2), labels.long(), ignore_index=VOID)


class Fcn(nn.Module):
    def __init__(self, widths=(8, 16, 32, 64, 64)):
        super().__init__()
        self.stages = nn.ModuleList(block(3, width) if i == 0 else blocks(widths[i - 1], width, width) for i, width in enumerate(widths))
        self.top = block(widths[-1], widths[-1])
        self.scores = nn.ModuleList(nn.Conv2d(width, PIXEL_CLASSES, 1) for width in [widths[-1], widths[-2], widths[-3]])

    def loss(self, images, labels):
        features, x = [], images
        for stage in self.stages:
            x = F.max_pool2d(stage(x), 2)
            features.insert(0, x)
        features[0] = self.top(features[0])
        scores = self.scores[0](features[0])
        for head, skip in zip(self.scores[1:], features[1:]):
            scores = bilinear(scores, 2) + head(skip)
        return F.cross_entropy(bilinear(scores, 8), labels.long(), ignore_index=VOID)


class Yolo(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(block(3, 8, 5, 2), block(8, 8), nn.MaxPool2d(2), blocks(8, 16, 16), nn.MaxPool2d(2), blocks(16, 32, 32, 64, 64))
        self.head = nn.Conv2d(64, 2 * (5 + CLASSES), 1)

    def loss(self, images, objectness, objectnessWeights, code, codeWeights, labels):
        rows = self.head(self.backbone(images)).permute(0, 2, 3, 1).reshape(-1, 5 + CLASSES)
        found = F.binary_cross_entropy_with_logits(rows[:, :1], objectness, objectnessWeights, reduction="sum")
        distance = (F.smooth_l1_loss(rows[:, 1:5], code, reduction="none") * codeWeights).sum()
        return found + distance + F.cross_entropy(rows[:, 5:], labels.long(), ignore_index=CLASSES)


class FastRcnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(block(3, 8, 5, 2), block(8, 8), nn.MaxPool2d(2), blocks(8, 16, 16), blocks(16, 32, 32, 32))
        self.first, self.second = nn.Linear(800, 64), nn.Linear(64, 64)
        self.scores, self.deltas = nn.Linear(64, CLASSES + 1), nn.Linear(64, 4 * CLASSES)

    def loss(self, images, boxes, images_of, labels, codes, weights):
        regions = torch.cat([images_of[:, None], boxes], 1)
        pooled = roi_align(self.backbone(images), regions, 5, 1 / 4, 2, aligned=True)
        # detseg's maps have their channels last, and its head's weights are given for that order.
        x = torch.relu(self.second(torch.relu(self.first(pooled.permute(0, 2, 3, 1).flatten(1)))))
        distance = F.smooth_l1_loss(self.deltas(x).reshape(-1, CLASSES, 4), codes, reduction="none") * weights
        return F.cross_entropy(self.scores(x), labels.long(), ignore_index=CLASSES + 1) + distance.sum()


def array(value):
    return torch.tensor(numpy.array(value["data"], dtype=numpy.float32).reshape(value["shape"]))


def load(model, parameters):
    own, given = list(model.parameters()), [array(value) for value in parameters.values()]
    assert len(own) == len(given)
    with torch.no_grad():
        for parameter, value in zip(own, given):
            value = value.permute(3, 2, 0, 1) if value.ndim == 4 else value.T if value.ndim == 2 else value
            assert parameter.shape == value.shape, (parameter.shape, value.shape)
            parameter.copy_(value)


def measure(model, given):
    load(model, given["parameters"])
    images = (array(given["images"]).permute(0, 3, 1, 2).contiguous() - 0.5) * 4
    targets = {"images_of" if name == "images" else name: array(value) for name, value in given["targets"].items()}
    optimizer = torch.optim.Adam(model.parameters(), lr=data["learningRate"])
    times, losses = [], []
    for _ in range(warm_ups + repetitions):
        start = time.perf_counter()
        loss = model.loss(images, **targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        times.append((time.perf_counter() - start) * 1000)
    return {"times": times[warm_ups:], "losses": losses[:1]}


models = {"U-Net": UNet, "FCN": Fcn, "YOLO": Yolo, "Fast R-CNN": FastRcnn}
figures = {name: measure(models[name](), given) for name, given in data["networks"].items()}
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "networks": figures}))
