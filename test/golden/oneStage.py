"""Goldens of the detectors of one stage and of the feature pyramid, from torchvision."""
from collections import OrderedDict
from types import SimpleNamespace

import numpy
import torch
import torch.nn.functional as F

from boxes import boxes, case, tensors
from cases import array, differentiated, generator, normal, uniform

# torchvision is imported where it is used, so that the other goldens need none.

WEIGHTS = (10.0, 10.0, 5.0, 5.0)


def default_boxes():
    """Corners in px, without clipping."""
    from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
    from torchvision.models.detection.image_list import ImageList

    cases = []
    settings = [
        (64, [0.1, 0.4, 0.9], [[2], [2, 3]], [8, 16]),
        (48, [0.15, 0.35, 0.6, 1], [[2, 3], [1.5], []], [8, 16, 24]),
        (32, [0.25, 1], [[3]], [16]),
    ]
    for side, scales, ratios, steps in settings:
        options = {"side": side, "scales": scales, "ratios": ratios, "steps": steps}
        generator_ = DefaultBoxGenerator(ratios, scales=scales, steps=steps, clip=False)
        images = ImageList(torch.zeros(1, 3, side, side, dtype=torch.float64), [(side, side)])
        maps = [torch.zeros(1, 1, side // step, side // step, dtype=torch.float64) for step in steps]
        name = f"defaultBoxShapes {side} px, scales {scales}"
        # The generator itself holds widths and heights in float32.
        cases.append({"name": name, "op": "defaultBoxShapes", "options": options, "inputs": {}, "output": array(generator_(images, maps)[0], digits=7)})
    return cases


def pyramid():
    from torchvision.ops import FeaturePyramidNetwork

    cases = []
    inputs, channels = [2, 3, 4], 3
    for kind, sizes in (("even", [[8, 12], [4, 6], [2, 3]]), ("odd", [[9, 7], [5, 4], [3, 2]]), ("far apart", [[7, 5], [7, 5], [1, 2]])):
        name = f"featurePyramid, {kind} sizes"
        rng = generator("oneStage", name)
        network = FeaturePyramidNetwork(inputs, channels).double()
        values = {f"map{i}": normal(rng, [2, *size, count]) for i, (size, count) in enumerate(zip(sizes, inputs))}
        for i, count in enumerate(inputs):
            values[f"lateral{i}"] = normal(rng, [1, 1, count, channels], 0.5)
            values[f"lateralBias{i}"] = normal(rng, [channels], 0.5)
            values[f"output{i}"] = normal(rng, [3, 3, channels, channels], 0.3)
            values[f"outputBias{i}"] = normal(rng, [channels], 0.5)

        def forward(**leaves):
            weights = {}
            for i in range(len(inputs)):
                weights[f"inner_blocks.{i}.0.weight"] = leaves[f"lateral{i}"].permute(3, 2, 0, 1)
                weights[f"inner_blocks.{i}.0.bias"] = leaves[f"lateralBias{i}"]
                weights[f"layer_blocks.{i}.0.weight"] = leaves[f"output{i}"].permute(3, 2, 0, 1)
                weights[f"layer_blocks.{i}.0.bias"] = leaves[f"outputBias{i}"]
            maps = OrderedDict((f"{i}", leaves[f"map{i}"].permute(0, 3, 1, 2)) for i in range(len(inputs)))
            found = torch.func.functional_call(network, weights, (maps,))
            return torch.cat([map.permute(0, 2, 3, 1).reshape(-1) for map in found.values()])

        cases.append(differentiated(rng, name, "featurePyramid", values, forward, {"inputs": inputs, "channels": channels}))
    return cases


def priors_of(side, strides, shapes):
    """`[P, 4]`: boxes around the middle of each cell, level by level."""
    rows = []
    for stride, own in zip(strides, shapes):
        for y in range(side // stride):
            for x in range(side // stride):
                center = numpy.array([(x + 0.5) * stride, (y + 0.5) * stride])
                rows += [[*(center - numpy.array(shape) / 2), *(center + numpy.array(shape) / 2)] for shape in own]
    return numpy.array(rows, dtype=float)


def objects(rng, counts, side, least=4):
    """Boxes inside an image, of so many in each, and the image of each."""
    low = uniform(rng, [sum(counts), 2], 0, side - least - 2)
    corners = numpy.concatenate([low, numpy.minimum(low + uniform(rng, [sum(counts), 2], least, side * 0.7), side)], axis=1)
    return corners, numpy.repeat(range(len(counts)), counts)


def targets_of(corners, labels, images, count):
    """torchvision's lists of boxes and labels."""
    own = [numpy.flatnonzero(images == image) for image in range(count)]
    return [{"boxes": torch.tensor(corners[rows]).reshape(-1, 4), "labels": torch.tensor(labels[rows])} for rows in own]


def matched(matcher, targets, priors):
    """The matches of each image, as torchvision's models find them; no decision hangs on a rounding."""
    from torchvision.ops import box_iou

    found = []
    for target in targets:
        if len(target["boxes"]) == 0:
            found.append(torch.full([len(priors)], -1))
            continue
        table = box_iou(target["boxes"], priors)
        for threshold in (0.4, 0.5):
            assert (table - threshold).abs().min() > 1e-6
        # Each truth is overlapped, and of no two the best prior is the same.
        assert (table.max(dim=1).values > 0).all() and len(set(table.argmax(dim=1).tolist())) == len(table)
        found.append(matcher(table))
    return found


def ssd():
    from torchvision.models.detection.ssd import SSD
    from torchvision.models.detection._utils import BoxCoder, SSDMatcher

    cases = []
    side, strides, classes = 16, [4, 8], 3
    shapes = [[[4, 4], [5, 7]], [[8, 8], [12, 8]]]
    for ratio, counts in ((3, [2, 0, 1]), (1, [2]), (2, [0, 0])):
        name = f"ssd {ratio} negatives, objects {counts}"
        rng = generator("oneStage", name)
        priors = torch.tensor(priors_of(side, strides, shapes))
        corners, images = objects(rng, counts, side)
        labels = rng.integers(0, classes, size=len(images))
        # Background is class 0 in torchvision, and the last one in detseg.
        targets = targets_of(corners, labels + 1, images, len(counts))
        matches = matched(SSDMatcher(0.5), targets, priors)
        model = SimpleNamespace(box_coder=BoxCoder(WEIGHTS), neg_to_pos_ratio=ratio)
        inputs = {"logits": normal(rng, [len(counts), len(priors), classes + 1], 2), "codes": normal(rng, [len(counts), len(priors), 4], 2)}

        def forward(logits, codes):
            outputs = {"cls_logits": torch.cat([logits[..., -1:], logits[..., :-1]], -1), "bbox_regression": codes}
            losses = SSD.compute_loss(model, targets, outputs, [priors] * len(counts), matches)
            return torch.stack([losses["classification"], losses["bbox_regression"]])

        options = {"classes": classes, "shapes": shapes, "negatives": ratio, "side": side}
        rows = torch.stack(matches)
        # More negatives than there are would count positives twice.
        positives = (rows >= 0).sum(dim=1)
        assert ((ratio + 1) * positives <= len(priors)).all()
        cases.append(differentiated(rng, name, "ssd", inputs, forward, options, boxes=corners, images=images, labels=labels, matches=rows.numpy()))
    return cases


def retina_net():
    from torchvision.models.detection._utils import BoxCoder, Matcher
    from torchvision.models.detection.retinanet import RetinaNetClassificationHead
    from torchvision.ops import sigmoid_focal_loss

    cases = []
    side, strides, classes, beta = 16, [4, 8], 3, 0.5
    shapes = [[[4, 4], [5, 7]], [[8, 8], [12, 8]]]
    matcher = Matcher(0.5, 0.4, allow_low_quality_matches=True)
    for counts in ([2], [0], [3, 0, 1]):
        name = f"retinaNet, objects {counts}"
        rng = generator("oneStage", name)
        priors = torch.tensor(priors_of(side, strides, shapes))
        corners, images = objects(rng, counts, side)
        labels = rng.integers(0, classes, size=len(images))
        targets = targets_of(corners, labels, images, len(counts))
        matches = matched(matcher, targets, priors)
        coder = BoxCoder(WEIGHTS)
        inputs = {"logits": normal(rng, [len(counts), len(priors), classes], 2), "codes": normal(rng, [len(counts), len(priors), 4], 2)}

        def of_one_image(logits):
            """torchvision's own, which takes the mean over images: the same as detseg's for one."""
            head = SimpleNamespace(BETWEEN_THRESHOLDS=Matcher.BETWEEN_THRESHOLDS)
            return RetinaNetClassificationHead.compute_loss(head, targets, {"cls_logits": logits}, matches)

        def whole_batch(logits, codes):
            """Sums over the batch, divided by the positives of the batch. (torchvision's smooth L1 has no other β than 1.)"""
            found = torch.stack(matches)
            positives = max(1, int((found >= 0).sum()))
            class_loss, box_loss = 0, 0
            for n, target in enumerate(targets):
                own = found[n] >= 0
                wanted = torch.zeros_like(logits[n])
                wanted[own, target["labels"][found[n][own]]] = 1
                valid = found[n] != Matcher.BETWEEN_THRESHOLDS
                class_loss = class_loss + sigmoid_focal_loss(logits[n][valid], wanted[valid], reduction="sum")
                codes_wanted = coder.encode_single(target["boxes"][found[n][own]], priors[own])
                box_loss = box_loss + F.smooth_l1_loss(codes[n][own], codes_wanted, reduction="sum", beta=beta)
            return torch.stack([class_loss, box_loss]) / positives

        def forward(logits, codes):
            losses = whole_batch(logits, codes)
            return losses if len(counts) > 1 else torch.stack([of_one_image(logits), losses[1]])

        rows = torch.stack(matches)
        assert sum(counts) == 0 or (rows == Matcher.BETWEEN_THRESHOLDS).any()
        options = {"classes": classes, "shapes": shapes, "side": side}
        cases.append(differentiated(rng, name, "retinaNet", inputs, forward, options, boxes=corners, images=images, labels=labels, matches=rows.numpy()))
    return cases


def fcos_levels(height, width, strides):
    """torchvision's: a level finds what is 4 to 8 times its stride away, the first from 0, the last without end (null)."""
    last = len(strides) - 1
    return [
        {"height": height // stride, "width": width // stride, "stride": stride, "range": [0 if i == 0 else 4 * stride, None if i == last else 8 * stride]}
        for i, stride in enumerate(strides)
    ]


def fcos_match(targets, height, width, strides, radius):
    """The places, and the row of the truth that each finds, −1 where none, from FCOS.compute_loss itself."""
    from torchvision.models.detection.fcos import FCOS

    levels = fcos_levels(height, width, strides)
    places = torch.tensor(numpy.concatenate([[[(x + 0.5) * s - s / 2, (y + 0.5) * s - s / 2, (x + 0.5) * s + s / 2, (y + 0.5) * s + s / 2] for y in range(level["height"]) for x in range(level["width"])] for level in levels for s in [level["stride"]]]))
    taken = []
    head = SimpleNamespace(compute_loss=lambda targets, outputs, anchors, matches: taken.extend(matches))
    model = SimpleNamespace(center_sampling_radius=radius, head=head)
    FCOS.compute_loss(model, targets, {}, [places] * len(targets), [level["height"] * level["width"] for level in levels])
    return places, torch.stack(taken)


def fcos_targets():
    cases = []
    settings = [
        ("none", 32, 48, [4, 8, 16], 1.5, 0),
        ("a few", 32, 48, [4, 8, 16], 1.5, 4),
        ("many", 64, 96, [4, 8, 16, 32], 1.5, 24),
        ("whole boxes", 64, 64, [4, 8, 16], float("inf"), 12),
        ("one level", 64, 64, [8], 2.5, 12),
    ]
    for kind, height, width, strides, radius, count in settings:
        name = f"fcosTargets, {kind}"
        rng = generator("oneStage", name)
        low = uniform(rng, [count, 2], 0, min(height, width) * 0.6)
        truths = numpy.concatenate([low, low + uniform(rng, [count, 2], 2, min(height, width) * 0.6)], axis=1)
        if count > 8:
            # A truth twice, one as large as another, and sides on the middles of cells.
            truths[1] = truths[0]
            truths[3] = truths[2] + [2, 4, 2, 4]
            truths[4:7] = truths[4:7].round() // 2 * 2
            truths[4:7, 2:] += 4
        _, found = fcos_match([{"boxes": torch.tensor(truths).reshape(-1, 4)}], height, width, strides, radius)
        options = {"levels": fcos_levels(height, width, strides), "radius": None if radius == float("inf") else radius}
        assert count == 0 or (found >= 0).any()
        cases.append(case(name, "fcosTargets", {"truths": truths.reshape(-1, 4)}, options, output=array(found[0])))
    return cases


def fcos():
    from torchvision.models.detection._utils import BoxLinearCoder
    from torchvision.models.detection.fcos import FCOSHead

    cases = []
    height, width, strides, classes = 32, 48, [4, 8, 16], 2
    for counts in ([3, 0, 1], [0]):
        name = f"fcos, objects {counts}"
        rng = generator("oneStage", name)
        corners, images = objects(rng, counts, height)
        labels = rng.integers(0, classes, size=len(images))
        targets = targets_of(corners, labels, images, len(counts))
        places, matches = fcos_match(targets, height, width, strides, 1.5)
        head = SimpleNamespace(box_coder=BoxLinearCoder(normalize_by_size=True))
        shape = [len(counts), len(places)]
        inputs = {"logits": normal(rng, [*shape, classes], 2), "distances": normal(rng, [*shape, 4]), "centerness": normal(rng, [*shape, 1], 2)}

        def forward(logits, distances, centerness):
            # detseg predicts logarithms of the distances.
            outputs = {"cls_logits": logits, "bbox_regression": distances.exp(), "bbox_ctrness": centerness}
            losses = FCOSHead.compute_loss(head, targets, outputs, [places] * len(counts), list(matches))
            return torch.stack([losses["classification"], losses["bbox_regression"], losses["bbox_ctrness"]])

        levels = fcos_levels(height, width, strides)
        options = {"classes": classes, "height": height, "width": width, "ranges": [level["range"] for level in levels]}
        cases.append(differentiated(rng, name, "fcos", inputs, forward, options, boxes=corners, images=images, labels=labels, matches=matches.numpy()))
    return cases


def ssd_matches():
    from torchvision.models.detection._utils import SSDMatcher
    from torchvision.ops import box_iou

    cases = []
    for count in (1, 6):
        name = f"match claimed, {count} truths"
        rng = generator("oneStage", name)
        priors, truths = boxes(rng, 80, least=8), boxes(rng, count, least=8)
        priors[:20] = truths[rng.integers(0, count, size=20)] + uniform(rng, [20, 4], -3, 3)
        table = box_iou(*tensors(truths, priors))
        assert (table - 0.5).abs().min() > 1e-6 and (table.max(dim=1).values > 0).all()
        assert len(set(table.argmax(dim=1).tolist())) == count
        found = SSDMatcher(0.5)(table).numpy()
        options = {"positive": 0.5, "negative": 0.5, "bestForEachTruth": "claimed"}
        cases.append(case(name, "match", {"priors": priors, "truths": truths}, options, output=array(found)))
    return cases


def levels():
    from torchvision.ops.poolers import LevelMapper

    sides = [8, 16, 32, 64, 111.9921875, 112, 223.9921875, 224, 447.9921875, 448, 896, 2000]
    list_ = numpy.array([[0, 0, side, side] for side in sides] + [[3, 5, 3 + 56, 5 + 224], [0, 0, 1, 1], [10, 10, 10, 30]], dtype=float)
    cases = []
    for least, most in ((2, 5), (3, 4)):
        found = LevelMapper(least, most)(tensors(list_))
        cases.append(case(f"levelOf, levels {least} to {most}", "levelOf", {"boxes": list_}, {"least": least, "most": most, "canonicalSide": 224, "canonicalLevel": 4}, output=array(found)))
    return cases


SLUGS = {"oneStage": lambda: [*default_boxes(), *pyramid(), *ssd_matches(), *ssd(), *retina_net(), *fcos_targets(), *fcos(), *levels()]}
