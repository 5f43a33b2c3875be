"""The training steps of twoStage.mjs in PyTorch and torchvision: with a pyramid, with masks, with stuff, or without; prints one JSON line. Arguments: data file, repetitions, warm-ups."""
import json
import math
import sys
import time

# torchvision looks for a package `pytorch`, and must not find the script of that name beside this one.
del sys.path[0]

import numpy
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import box_iou, clip_boxes_to_image, nms, roi_align

SIDE = 64
LIMIT = 2.0
VOID = 255

with open(sys.argv[1]) as file:
    data = json.load(file)
repetitions, warm_ups = int(sys.argv[2]), int(sys.argv[3])
CLASSES = data["classes"]
# None where the model has no such part.
MASK, SIZE_OF_LEVEL, STUFF = data.get("maskPooled"), data.get("canonicalSide"), data.get("stuff")
STRIDES = [4, 8, 16] if SIZE_OF_LEVEL else [4]
torch.manual_seed(1)


def block(inputs, outputs, size=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


def flat(map, depth):
    return map.permute(0, 2, 3, 1).reshape(len(map), -1, depth)


# Modules in the order of detseg's parameters.


class OneMap(nn.Module):
    def __init__(self):
        super().__init__()
        first = [block(3, 8, 5, 2), block(8, 8), nn.MaxPool2d(2)]
        self.layers = nn.Sequential(*first, block(8, 16), block(16, 16), block(16, 32), block(32, 32), block(32, 32))

    def forward(self, images):
        return [self.layers(images)]


class Pyramid(nn.Module):
    def __init__(self, widths=(16, 32, 64), channels=32):
        super().__init__()
        self.stem = nn.Sequential(block(3, 8, 5, 2), block(8, 8))
        self.stages = nn.ModuleList(nn.Sequential(block(before, width), block(width, width)) for before, width in zip((8, *widths), widths))
        self.laterals = nn.ModuleList(nn.Conv2d(width, channels, 1) for width in widths)
        self.outputs = nn.ModuleList(block(channels, channels) for _ in widths)

    def forward(self, images):
        x, maps = self.stem(images), []
        for stage in self.stages:
            x = stage(F.max_pool2d(x, 2))
            maps.append(x)
        merged = [self.laterals[-1](maps[-1])]
        for lateral, map in zip(self.laterals[-2::-1], maps[-2::-1]):
            merged.insert(0, lateral(map) + F.interpolate(merged[0], size=map.shape[2:], mode="nearest"))
        return [output(map) for output, map in zip(self.outputs, merged)]


class SemanticHead(nn.Module):
    def __init__(self, channels=32):
        super().__init__()
        self.blocks = nn.ModuleList(nn.ModuleList(block(channels, channels) for _ in range(max(1, level))) for level in range(len(STRIDES)))
        self.scores = nn.Conv2d(channels, STUFF + 1, 1)

    def forward(self, maps):
        total = 0
        for level, x in enumerate(maps):
            for own in self.blocks[level]:
                x = own(x)
                if level > 0:
                    x = F.interpolate(x, scale_factor=2, mode="bilinear")
            total = total + x
        return F.interpolate(self.scores(total), scale_factor=STRIDES[0], mode="bilinear")


class TwoStage(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Pyramid() if SIZE_OF_LEVEL else OneMap()
        # Each level of a pyramid has anchors of its own; the one map has all.
        shapes = len(data["sizes"]) // len(STRIDES)
        self.hidden, self.objectness, self.changes = nn.Conv2d(32, 32, 3, padding=1), nn.Conv2d(32, shapes, 1), nn.Conv2d(32, 4 * shapes, 1)
        self.first, self.second = nn.Linear(800, 64), nn.Linear(64, 64)
        self.scores, self.boxes = nn.Linear(64, CLASSES + 1), nn.Linear(64, 4 * CLASSES)
        if MASK:
            widen = [nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU()]
            self.masks = nn.Sequential(*widen, nn.ConvTranspose2d(32, 16, 2, 2), nn.ReLU(), nn.Conv2d(16, CLASSES, 1))
        if STUFF:
            self.semantic = SemanticHead()

    def propose(self, features):
        hidden = [torch.relu(self.hidden(map)) for map in features]
        logits = torch.cat([flat(self.objectness(x), 1) for x in hidden], 1)
        return logits[..., 0], torch.cat([flat(self.changes(x), 4) for x in hidden], 1)

    def classify(self, features, regions):
        pooled = pool(features, regions, 5)
        # detseg's maps have their channels last, and its head's weights are given for that order.
        x = torch.relu(self.second(torch.relu(self.first(pooled.permute(0, 2, 3, 1).flatten(1)))))
        return self.scores(x), self.boxes(x).reshape(-1, CLASSES, 4)


def pool(features, regions, size):
    """RoI Align of each region from the level that its size belongs to."""
    owners = torch.cat([torch.full((len(boxes), 1), float(n)) for n, boxes in enumerate(regions)])
    rows = torch.cat([owners, torch.cat(regions)], 1)
    if len(features) == 1:
        return roi_align(features[0], rows, size, 1 / STRIDES[0], 2, aligned=True)
    sides = ((rows[:, 3] - rows[:, 1]) * (rows[:, 4] - rows[:, 2])).sqrt()
    levels = (1 + torch.log2(sides / SIZE_OF_LEVEL) + 1e-6).floor().clamp(0, len(features) - 1)
    pooled = features[0].new_zeros(len(rows), features[0].shape[1], size, size)
    for level, map in enumerate(features):
        own = (levels == level).nonzero()[:, 0]
        pooled = pooled.index_put((own,), roi_align(map, rows[own], size, 1 / STRIDES[level], 2, aligned=True))
    return pooled


def load(model):
    given = [(numpy.array(value["data"], dtype=numpy.float32).reshape(value["shape"])) for value in data["parameters"].values()]
    own = list(model.parameters())
    assert len(own) == len(given)
    with torch.no_grad():
        for parameter, value in zip(own, given):
            value = value.transpose(3, 2, 0, 1) if value.ndim == 4 else value.T
            assert tuple(parameter.shape) == value.shape
            parameter.copy_(torch.tensor(numpy.ascontiguousarray(value)))


def anchors_of(stride, sizes):
    cells = (torch.arange(SIDE // stride) + 0.5) * stride
    y, x = torch.meshgrid(cells, cells, indexing="ij")
    centers = torch.stack([x, y], -1)[:, :, None, :]
    half = torch.tensor(sizes)[:, None] / 2.0
    return torch.cat([centers - half, centers + half], -1).reshape(-1, 4)


def sizes_of(boxes):
    return (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]


def encode(boxes, priors, weights=(1, 1, 1, 1)):
    (center, size), (from_center, from_size) = sizes_of(boxes), sizes_of(priors)
    return torch.cat([(center - from_center) / from_size, torch.log(size / from_size)], 1) * torch.tensor(weights)


def decode(code, priors):
    center, size = sizes_of(priors)
    middle, half = center + size * code[:, :2], size * torch.exp(code[:, 2:].clamp(max=LIMIT)) / 2
    return torch.cat([middle - half, middle + half], 1)


def draw(positive, negative, size):
    """At most size / 2 of the positive rows, then negative ones up to size."""
    pick = lambda mask, count: mask.nonzero()[:, 0][torch.randperm(int(mask.sum()))[:count]]
    chosen = pick(positive, size // 2)
    return chosen, pick(negative, size - len(chosen))


each = len(data["sizes"]) // len(STRIDES)
anchors = torch.cat([anchors_of(stride, data["sizes"][level * each : (level + 1) * each]) for level, stride in enumerate(STRIDES)])
images = torch.tensor(numpy.array([sample["image"] for sample in data["samples"]], dtype=numpy.float32).reshape(-1, SIDE, SIDE, 3))
images = images.permute(0, 3, 1, 2).contiguous()
truths = [torch.tensor(sample["boxes"]) for sample in data["samples"]]
labels = [torch.tensor(sample["labels"]) for sample in data["samples"]]
masks = [torch.tensor(sample["masks"], dtype=torch.float32).reshape(-1, 1, SIDE, SIDE) if MASK else None for sample in data["samples"]]
semantic = torch.tensor([sample["semantic"] for sample in data["samples"]]).reshape(-1, SIDE, SIDE) if STUFF else None
model = TwoStage()
load(model)
optimizer = torch.optim.Adam(model.parameters(), lr=data["learningRate"])


def proposal_losses(logits, changes):
    targets, weights, codes, box_weights = torch.zeros_like(logits), torch.zeros_like(logits), torch.zeros_like(changes), torch.zeros_like(logits)
    for n, boxes in enumerate(truths):
        overlaps = box_iou(anchors, boxes)
        most, best = overlaps.max(1)
        positive = (most >= data["positive"]) | (overlaps == overlaps.max(0).values).any(1)
        chosen, others = draw(positive, (most < 0.3) & ~positive, 32)
        targets[n, chosen] = box_weights[n, chosen] = weights[n, chosen] = weights[n, others] = 1
        codes[n, chosen] = encode(boxes[best[chosen]], anchors[chosen])
    drawn = weights.sum()
    objectness = F.binary_cross_entropy_with_logits(logits, targets, weights, reduction="sum") / drawn
    distance = F.smooth_l1_loss(changes, codes, beta=1 / 9, reduction="none").sum(2)
    return objectness + (distance * box_weights).sum() / drawn


@torch.no_grad()
def regions_of(logits, changes):
    regions, kinds, codes, objects = [], [], [], []
    for n, boxes in enumerate(truths):
        order = logits[n].argsort(descending=True, stable=True)[:100]
        moved = clip_boxes_to_image(decode(changes[n, order], anchors[order]), (SIDE, SIDE))
        large = ((moved[:, 2:] - moved[:, :2]) > 2).all(1)
        moved, scores = moved[large], logits[n, order][large]
        proposals = torch.cat([moved[nms(moved, scores, 0.7)[:30]], boxes])
        most, best = box_iou(proposals, boxes).max(1)
        chosen, others = draw(most >= 0.5, most < 0.5, 16)
        rows = torch.cat([chosen, others])
        regions.append(proposals[rows])
        kinds.append(torch.cat([labels[n][best[chosen]] + 1, torch.zeros(len(others), dtype=torch.long)]))
        own = torch.zeros(len(rows), 4)
        own[: len(chosen)] = encode(boxes[best[chosen]], proposals[chosen], (10, 10, 5, 5))
        codes.append(own)
        objects.append((proposals[chosen], best[chosen]))
    return regions, torch.cat(kinds), torch.cat(codes), objects


def mask_loss(features, kinds, objects):
    """Only the regions of objects, of which detseg computes as many as there may be at most."""
    regions = [boxes for boxes, _ in objects]
    pooled = pool(features, regions, MASK)
    logits = model.masks(pooled)[torch.arange(len(pooled)), kinds[kinds > 0] - 1]
    with torch.no_grad():
        own = [roi_align(masks[n], torch.cat([best[:, None].float(), boxes], 1), 2 * MASK, 1, 2, aligned=True)[:, 0] for n, (boxes, best) in enumerate(objects)]
        targets = (torch.cat(own) >= 0.5).float()
    return F.binary_cross_entropy_with_logits(logits, targets)


def semantic_loss(features):
    """Every class of things is "a thing"; void stays void."""
    labels = torch.where(semantic == VOID, VOID, semantic.clamp(max=STUFF))
    return F.cross_entropy(model.semantic(features), labels, ignore_index=VOID)


def step():
    features = model.backbone(images * 4 - 2)
    logits, changes = model.propose(features)
    regions, kinds, codes, objects = regions_of(logits, changes)
    scores, boxes = model.classify(features, regions)
    found = kinds.nonzero()[:, 0]
    distance = F.smooth_l1_loss(boxes[found, kinds[found] - 1], codes[found], reduction="sum") / len(kinds)
    loss = proposal_losses(logits, changes) + F.cross_entropy(scores, kinds) + distance
    if MASK:
        loss = loss + mask_loss(features, kinds, objects)
    if STUFF:
        loss = loss + semantic_loss(features)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


with torch.no_grad():
    mean_feature = model.backbone(images * 4 - 2)[0].mean().item()
assert math.isfinite(mean_feature)
times, losses = [], []
for _ in range(warm_ups + repetitions):
    start = time.perf_counter()
    losses.append(step())
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "times": times[warm_ups:], "losses": [losses[0], losses[-1]], "meanFeature": mean_feature}))
