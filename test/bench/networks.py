"""The training steps of networks.mjs in PyTorch and torchvision; prints one JSON line. Arguments: data file, repetitions, warm-ups."""
import json
import sys
import time
from pathlib import Path

# No __pycache__ beside the goldens.
sys.dont_write_bytecode = True
sys.path[0] = str(Path(__file__).parent.parent / "golden")
from pixelNetworks import DeconvNet, Tiramisu, UNet, block, blocks

# torchvision looks for a package `pytorch`, and must not find a script of that name.
del sys.path[0]

import numpy
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import generalized_box_iou_loss, roi_align

with open(sys.argv[1]) as file:
    data = json.load(file)
repetitions, warm_ups = int(sys.argv[2]), int(sys.argv[3])
CLASSES, PIXEL_CLASSES = data["classes"], data["pixelClasses"]
VOID = 255


def bilinear(x, factor):
    return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


# Modules in the order of detseg's parameters.


def per_pixel(network):
    """With the loss of its scores: one class a pixel."""
    network.loss = lambda images, labels: F.cross_entropy(network.logits(images), labels.long(), ignore_index=VOID)
    return network


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


class StagedBackbone(nn.Module):
    def __init__(self, stages, stem=8):
        super().__init__()
        self.stem = nn.Sequential(block(3, stem, 5, 2), block(stem, stem))
        self.stages = nn.ModuleList(blocks(own, out, out) for own, out in zip((stem, *stages), stages))

    def forward(self, x):
        x, maps = self.stem(x), []
        for stage in self.stages:
            x = stage(F.max_pool2d(x, 2))
            maps.append(x)
        return maps


class FeaturePyramid(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.laterals = nn.ModuleList(nn.Conv2d(count, channels, 1) for count in inputs)
        self.outputs = nn.ModuleList(block(channels, channels) for _ in inputs)

    def forward(self, maps):
        merged = [lateral(x) for lateral, x in zip(self.laterals, maps)]
        for i in range(len(merged) - 2, -1, -1):
            merged[i] = merged[i] + F.interpolate(merged[i + 1], size=merged[i].shape[2:], mode="nearest")
        return [output(x) for output, x in zip(self.outputs, merged)]


class PyramidHead(nn.Module):
    """A tower of one layer: its weights are shared by the levels, its batch norms are not."""

    def __init__(self, channels, levels):
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(levels))

    def forward(self, maps):
        return [torch.relu(norm(self.convolution(x))) for norm, x in zip(self.norms, maps)]


def join_levels(maps, columns):
    return torch.cat([x.permute(0, 2, 3, 1).reshape(len(x), -1, columns) for x in maps], 1)


class Ssd(nn.Module):
    def __init__(self, stages=(24, 32, 64), boxes=2):
        super().__init__()
        self.backbone = StagedBackbone(stages)
        self.heads = nn.ModuleList(nn.Conv2d(count, boxes * (CLASSES + 5), 3, 1, 1) for count in stages)

    def loss(self, images, labels, codes, codeWeights):
        rows = join_levels([head(x) for head, x in zip(self.heads, self.backbone(images))], CLASSES + 5)
        entropy = F.cross_entropy(rows[..., : CLASSES + 1].flatten(0, 1), labels.long(), reduction="none")
        with torch.no_grad():
            positive = (labels < CLASSES).reshape(len(images), -1)
            negatives = entropy.reshape(positive.shape).masked_fill(positive, -1)
            # The rank of each among the negatives of its image, the hardest first.
            rank = negatives.argsort(1, descending=True).argsort(1)
            counted = (positive | (rank < 3 * positive.sum(1, keepdim=True))).flatten()
        distance = F.smooth_l1_loss(rows[..., CLASSES + 1 :].flatten(0, 1), codes, reduction="none")
        return (entropy * counted).sum() / positive.sum() + (distance * codeWeights).sum()


def focal_loss(logits, target, alpha=0.25, gamma=2):
    p = torch.sigmoid(logits)
    of_target = p * target + (1 - p) * (1 - target)
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (alpha * target + (1 - alpha) * (1 - target)) * (1 - of_target) ** gamma * entropy


class RetinaNet(nn.Module):
    def __init__(self, stages=(16, 32, 64), channels=32, shapes=2):
        super().__init__()
        self.backbone = StagedBackbone(stages)
        self.pyramid = FeaturePyramid(stages, channels)
        self.class_tower, self.box_tower = (PyramidHead(channels, len(stages)) for _ in range(2))
        self.logits, self.codes = nn.Conv2d(channels, shapes * CLASSES, 1), nn.Conv2d(channels, shapes * 4, 1)

    def loss(self, images, classes, classWeights, codes, codeWeights):
        maps = self.pyramid(self.backbone(images))
        logits = join_levels([self.logits(x) for x in self.class_tower(maps)], CLASSES).flatten(0, 1)
        predicted = join_levels([self.codes(x) for x in self.box_tower(maps)], 4).flatten(0, 1)
        distance = F.smooth_l1_loss(predicted, codes, beta=0.5, reduction="none")
        return (focal_loss(logits, classes) * classWeights).sum() + (distance * codeWeights).sum()


class Fcos(nn.Module):
    def __init__(self, stages=(16, 32, 64), channels=32):
        super().__init__()
        self.backbone = StagedBackbone(stages)
        self.pyramid = FeaturePyramid(stages, channels)
        self.class_tower, self.box_tower = (PyramidHead(channels, len(stages)) for _ in range(2))
        self.logits, self.distances, self.centerness = (nn.Conv2d(channels, count, 1) for count in (CLASSES, 4, 1))
        self.scales = nn.ParameterList(nn.Parameter(torch.ones(1)) for _ in stages)
        self.places = None

    def boxes(self, distances, maps):
        if self.places is None:
            middles, steps = [], []
            for i, x in enumerate(maps):
                stride, (height, width) = 4 * 2**i, x.shape[2:]
                y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
                middles.append(torch.stack([x, y, x, y], -1).reshape(-1, 4) * stride + stride / 2)
                steps.append(torch.tensor([-1.0, -1, 1, 1]).expand(height * width, 4) * stride)
            self.places = torch.cat(middles), torch.cat(steps)
        middles, steps = self.places
        return middles + steps * distances.clamp(max=5).exp()

    def loss(self, images, classes, boxes, centerness, weights, share):
        maps = self.pyramid(self.backbone(images))
        logits = join_levels([self.logits(x) for x in self.class_tower(maps)], CLASSES).flatten(0, 1)
        tower = self.box_tower(maps)
        distances = join_levels([self.distances(x) * factor for x, factor in zip(tower, self.scales)], 4)
        middle = join_levels([self.centerness(x) for x in tower], 1).flatten(0, 1)
        giou = generalized_box_iou_loss(self.boxes(distances, maps).flatten(0, 1), boxes)
        entropy = F.binary_cross_entropy_with_logits(middle, centerness, reduction="none")
        return focal_loss(logits, classes).sum() * share[0] + (giou[:, None] * weights).sum() + (entropy * weights).sum()


class YoloFpn(nn.Module):
    def __init__(self, stages=(16, 32, 64), channels=32, anchors=2):
        super().__init__()
        self.backbone = StagedBackbone(stages)
        last = len(stages) - 1
        self.blocks = nn.ModuleList(block(count if i == last else count + channels, channels) for i, count in enumerate(stages))
        self.heads = nn.ModuleList(
            nn.Sequential(block(channels, channels), nn.Conv2d(channels, anchors * (5 + CLASSES), 1)) for _ in stages
        )

    def loss(self, images, objectness, objectnessWeights, codes, codeWeights, labels):
        maps = self.backbone(images)
        for i in range(len(maps) - 1, -1, -1):
            above = [] if i == len(maps) - 1 else [F.interpolate(maps[i + 1], size=maps[i].shape[2:], mode="nearest")]
            maps[i] = self.blocks[i](torch.cat([*above, maps[i]], 1))
        rows = join_levels([head(x) for head, x in zip(self.heads, maps)], 5 + CLASSES).flatten(0, 1)
        found = F.binary_cross_entropy_with_logits(rows[:, :1], objectness, objectnessWeights, reduction="sum")
        distance = (F.smooth_l1_loss(rows[:, 1:5], codes, reduction="none") * codeWeights).sum()
        return found + distance + F.cross_entropy(rows[:, 5:], labels.long(), ignore_index=CLASSES)


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


models = {
    "U-Net": lambda: per_pixel(UNet((8, 16, 32, 64), PIXEL_CLASSES)),
    "FCN": Fcn,
    "DeconvNet": lambda: per_pixel(DeconvNet((16, 32, 64), PIXEL_CLASSES)),
    "Tiramisu": lambda: per_pixel(Tiramisu(16, 8, (3, 3, 3, 3), PIXEL_CLASSES)),
    "YOLO": Yolo,
    "Fast R-CNN": FastRcnn,
    "SSD": Ssd,
    "RetinaNet": RetinaNet,
    "FCOS": Fcos,
    "YOLO with FPN": YoloFpn,
}
figures = {name: measure(models[name](), given) for name, given in data["networks"].items()}
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "networks": figures}))
