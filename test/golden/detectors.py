"""Goldens of detectors' losses, from PyTorch."""
import math

import numpy
import torch
import torch.nn.functional as F

from cases import differentiated, generator, normal

STRIDE = 8
WEIGHTS = (10, 10, 5, 5)


def slot_of(box, anchors, taken, columns):
    """The free slot of the cell under the box's center whose anchor is shaped most like it, or None."""
    x1, y1, x2, y2 = box
    column, row = int((x1 + x2) / 2 // STRIDE), int((y1 + y2) / 2 // STRIDE)

    def likeness(anchor):
        shared = min(x2 - x1, anchor[0]) * min(y2 - y1, anchor[1])
        return shared / ((x2 - x1) * (y2 - y1) + anchor[0] * anchor[1] - shared)

    free = [b for b in range(len(anchors)) if (row * columns + column, b) not in taken]
    return (row * columns + column, max(free, key=lambda b: likeness(anchors[b]))) if free else None


def code_of(box, anchor, cell, columns):
    """The box as a change of the anchor around the middle of its cell."""
    x1, y1, x2, y2 = box
    center = ((cell % columns + 0.5) * STRIDE, (cell // columns + 0.5) * STRIDE)
    shifts = [((low + high) / 2 - c) / side for low, high, c, side in zip((x1, y1), (x2, y2), center, anchor)]
    sizes = [math.log((high - low) / side) for low, high, side in zip((x1, y1), (x2, y2), anchor)]
    return [weight * change for weight, change in zip(WEIGHTS, shifts + sizes)]


def yolo():
    cases = []
    settings = [
        (1, [[12, 12]], 0.5, [1]),
        (3, [[10, 10], [20, 12]], 0.1, [2, 0, 3]),
        (4, [[8, 16], [16, 8], [24, 24]], 0.25, [4, 1]),
    ]
    for classes, anchors, no_object_weight, counts in settings:
        options = {"classes": classes, "anchors": anchors, "noObjectWeight": no_object_weight}
        name = " ".join(["yolo", *(f"{key} {value}" for key, value in options.items())])
        rng = generator("detectors", name)
        rows, columns, depth = 3, 4, 5 + classes
        boxes, labels, images = [], rng.integers(0, classes, sum(counts)), numpy.repeat(range(len(counts)), counts)
        found, codes, taken = [], [], [set() for _ in counts]
        for image in images:
            # One box after the other, each where its best anchor is still free: no two compete for a slot.
            while True:
                low = rng.integers(0, [8 * columns - 8, 8 * rows - 8])
                box = [*low, *numpy.minimum(low + rng.integers(5, 24, 2), [8 * columns, 8 * rows])]
                best = slot_of(box, anchors, set(), columns)
                if best not in taken[image]:
                    break
            taken[image].add(best)
            boxes.append(box)
            found.append((int(image), best[0] // columns, best[0] % columns, best[1]))
            codes.append(code_of(box, anchors[best[1]], best[0], columns))
        at = tuple(torch.tensor(index) for index in zip(*found))

        def forward(map):
            outputs = map.reshape(len(counts), rows, columns, len(anchors), depth)
            present = torch.zeros(outputs.shape[:-1], dtype=torch.float64)
            present[at] = 1
            weights = torch.where(present > 0, 1.0, no_object_weight).double()
            objectness = F.binary_cross_entropy_with_logits(outputs[..., 0], present, weights, reduction="sum") / len(found)
            own = outputs[at]
            box = F.smooth_l1_loss(own[:, 1:5], torch.tensor(codes, dtype=torch.float64), reduction="sum") / len(found)
            return torch.stack([objectness, box, F.cross_entropy(own[:, 5:], torch.tensor(labels))])

        shape = [len(counts), rows, columns, len(anchors) * depth]
        inputs = {"map": normal(rng, shape, 2)}
        cases.append(differentiated(rng, name, "yolo", inputs, forward, options, boxes=boxes, images=images, labels=labels))
    return cases


SLUGS = {"detectors": yolo}
