"""Goldens of the boxes, from torchvision."""
import numpy
import torch

from cases import GRID, array, differentiated, exact, generator, uniform

# torchvision is imported where it is used, so that the other goldens need none.

LIMIT = 2.0

# A square, one that touches its edge, one that touches its corner, one inside it at its edge, and boxes without height or width. (Of two
# boxes without area torchvision has no IoU, and of a point no ratio of sides: 0 / 0.)
EDGES = numpy.array([[8, 8, 16, 16], [16, 8, 24, 16], [16, 16, 24, 24], [8, 8, 12, 12], [8, 8, 16, 8], [8, 4, 8, 20]], dtype=float)


def boxes(rng, count, side=64, least=1):
    """`[count, 4]` corners, multiples of GRID, with sides of at least `least` px."""
    low = uniform(rng, [count, 2], 0, side * 0.75)
    return numpy.concatenate([low, low + uniform(rng, [count, 2], least, side / 2)], axis=1)


def tensors(*arrays):
    return [torch.tensor(values, dtype=torch.float64) for values in arrays]


def case(name, op, inputs, options=None, **results):
    return {"name": name, "op": op, "options": options or {}, "inputs": {key: exact(value) for key, value in inputs.items()}, **results}


def overlaps():
    from torchvision import ops

    cases = []
    measures = (
        ("boxIou", ops.box_iou),
        ("boxGiou", ops.generalized_box_iou),
        ("boxDiou", lambda a, b: ops.distance_box_iou(a, b, eps=0)),
        ("boxCiou", lambda a, b: ops.complete_box_iou(a, b, eps=1e-12)),
    )
    for op, measure in measures:
        for rows, columns in ((6, 9), (1, 1), (13, 4)):
            name = f"{op} {rows}x{columns}"
            rng = generator("boxes", name)
            a, b = boxes(rng, rows), boxes(rng, columns)
            b[0] = a[0]
            cases.append(case(name, op, {"a": a, "b": b}, output=array(measure(*tensors(a, b)))))
    for op, measure in (("boxDiou", ops.distance_box_iou), ("boxCiou", ops.complete_box_iou)):
        inputs = {"a": EDGES, "b": EDGES[:4]}
        cases.append(case(f"{op} touching and without area", op, inputs, output=array(measure(*tensors(*inputs.values())))))
    return cases


def formats():
    from torchvision import ops

    rng = generator("boxes", "formats")
    corners = boxes(rng, 8, least=0)
    cases = [case("boxArea", "boxArea", {"boxes": corners}, output=array(ops.box_area(*tensors(corners))))]
    wide = corners * 2 - 32
    image = {"height": 40, "width": 56}
    clipped = ops.clip_boxes_to_image(*tensors(wide), (image["height"], image["width"]))
    cases.append(case("clipBoxes", "clipBoxes", {"boxes": wide}, image, output=array(clipped)))
    for source in ("xyxy", "xywh", "cxcywh"):
        written = ops.box_convert(*tensors(corners), "xyxy", source)
        for target in ("xyxy", "xywh", "cxcywh"):
            result = ops.box_convert(written, source, target)
            name = f"convertBoxes {source} to {target}"
            cases.append(case(name, "convertBoxes", {"boxes": written.numpy()}, {"from": source, "to": target}, output=array(result)))
    return cases


def suppression():
    from torchvision import ops

    cases = []
    for labeled in (False, True):
        for threshold in (0.2, 0.5, 0.75):
            name = f"nms threshold {threshold} {'of three classes' if labeled else 'of one class'}"
            rng = generator("boxes", name)
            list_ = boxes(rng, 60)
            # Few different scores, so that many are equal.
            scores = rng.integers(1, 20, size=60) / 32
            labels = rng.integers(0, 3 if labeled else 1, size=60)
            table = ops.box_iou(*tensors(list_, list_))
            # No decision hangs on a rounding.
            assert (table - threshold).abs().min() > 1e-5
            kept = ops.batched_nms(*tensors(list_, scores), torch.tensor(labels), threshold) if labeled else ops.nms(*tensors(list_, scores), threshold)
            # batched_nms of equal scores comes in no fixed order.
            rows = sorted(kept.tolist(), key=lambda row: (-scores[row], row))
            inputs = {"boxes": list_, "scores": scores, **({"labels": labels} if labeled else {})}
            cases.append(case(name, "nms", inputs, {"threshold": threshold}, indices=array(rows)))
    return cases


def codes():
    from torchvision.models.detection._utils import BoxCoder

    cases = []
    for weights in ((1, 1, 1, 1), (10, 10, 5, 5)):
        name = f"boxCode weights {weights}"
        rng = generator("boxes", name)
        list_, priors = boxes(rng, 10), boxes(rng, 10)
        coder = BoxCoder(weights=tuple(map(float, weights)), bbox_xform_clip=LIMIT)
        options = {"weights": list(weights), "maxLogSize": LIMIT}
        encoded = coder.encode_single(*tensors(list_, priors))
        cases.append(case(f"{name}, encode", "encode", {"boxes": list_, "priors": priors}, options, output=array(encoded)))
        # Some sizes beyond the limit.
        code = numpy.asarray(rng.normal(size=[10, 4]) * numpy.array(weights) * 1.5 / GRID).round() * GRID
        assert (numpy.abs(code[:, 2:] / numpy.array(weights[2:]) - LIMIT) > GRID / 10).all() and (code[:, 2:] / weights[2] > LIMIT).any()
        decoded = coder.decode_single(*tensors(code, priors))
        cases.append(case(f"{name}, decode", "decode", {"code": code, "priors": priors}, options, output=array(decoded)))
    return cases


def matches():
    from torchvision import ops
    from torchvision.models.detection._utils import Matcher

    cases = []
    for best in ("positive", "none"):
        for positive, negative in ((0.7, 0.3), (0.5, 0.5), (0.5, 0.4)):
            name = f"match {positive} {negative} {best}"
            rng = generator("boxes", name)
            priors, truths = boxes(rng, 80, least=8), boxes(rng, 5, least=8)
            # Some priors near a truth.
            priors[:20] = truths[rng.integers(0, 5, size=20)] + uniform(rng, [20, 4], -3, 3)
            table = ops.box_iou(*tensors(truths, priors))
            for threshold in (positive, negative):
                assert (table - threshold).abs().min() > 1e-6
            assert (table.max(dim=1).values > 0).all()
            found = Matcher(positive, negative, allow_low_quality_matches=best == "positive")(table).numpy()
            rows = numpy.flatnonzero(found >= 0)
            results = {
                "positive": array(rows),
                "negative": array(numpy.flatnonzero(found == Matcher.BELOW_LOW_THRESHOLD)),
                "labels": array(found[rows]),
                "output": array(table.max(dim=0).values),
            }
            options = {"positive": positive, "negative": negative, "bestForEachTruth": best}
            cases.append(case(name, "match", {"priors": priors, "truths": truths}, options, **results))
    return cases


def losses():
    from torchvision import ops

    cases = []
    measures = (
        ("giouLoss", lambda *pair, reduction: ops.generalized_box_iou_loss(*pair, reduction=reduction, eps=0)),
        ("diouLoss", lambda *pair, reduction: ops.distance_box_iou_loss(*pair, reduction=reduction, eps=0)),
        ("ciouLoss", ops.complete_box_iou_loss),
    )
    for op, measure in measures:
        for reduction in ("none", "mean", "sum"):
            name = f"{op} {reduction}"
            rng = generator("boxes", name)
            # No edges at the same place: there the slope has a kink.
            predicted, target = boxes(rng, 8), boxes(rng, 8)
            assert (predicted != target).all()

            def forward(predicted, target):
                return measure(predicted, target, reduction=reduction)

            cases.append(differentiated(rng, name, op, {"predicted": predicted, "target": target}, forward, {"reduction": reduction}))
    pairs = lambda a, b: {"predicted": numpy.repeat(a, len(b), axis=0), "target": numpy.tile(b, [len(a), 1])}
    for op, measure in (("diouLoss", ops.distance_box_iou_loss), ("ciouLoss", ops.complete_box_iou_loss)):
        rng = generator("boxes", f"{op} touching")
        inputs = pairs(EDGES[:4], EDGES[:4])
        cases.append(differentiated(rng, f"{op} touching", op, inputs, lambda predicted, target: measure(predicted, target), {"reduction": "none"}))
        # The loss alone: torchvision's slope of the ratio of sides is NaN.
        inputs = pairs(EDGES, EDGES)
        output = array(measure(*tensors(*inputs.values()), reduction="none"))
        cases.append(case(f"{op} without area", op, inputs, {"reduction": "none"}, output=output))
    return cases


SLUGS = {"boxes": lambda: [*overlaps(), *formats(), *suppression(), *codes(), *matches(), *losses()]}
