"""Goldens of the COCO metrics, from pycocotools."""
import contextlib
import io

import numpy
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from cases import array, exact, generator


def discs(circles, size):
    """Run-length masks of discs `[N, 3]` x, y, radius: the pixels whose centers lie in them."""
    y, x = numpy.mgrid[0:size, 0:size] + 0.5
    return [masks.encode(numpy.asfortranarray(((x - cx) ** 2 + (y - cy) ** 2 <= r * r).astype(numpy.uint8))) for cx, cy, r in circles]


def evaluate(images, classes, size=None):
    """The twelve numbers and the average precision of each class; pycocotools gives -1 where there is no truth."""

    def dataset(kind):
        annotations = []
        for index, image in enumerate(images):
            part = image[kind]
            shapes = discs(part["circles"], size) if size else None
            for i, (label, (x1, y1, x2, y2)) in enumerate(zip(part["labels"], part["boxes"])):
                area = (x2 - x1) * (y2 - y1)
                if size:
                    area = float(masks.area(shapes[i]))
                elif "areas" in part:
                    area = part["areas"][i]
                annotations.append(
                    {
                        "id": len(annotations) + 1,
                        "image_id": index,
                        "category_id": int(label),
                        "bbox": [x1, y1, x2 - x1, y2 - y1],
                        "area": area,
                        "iscrowd": int(part["crowd"][i]) if "crowd" in part else 0,
                        **({"score": part["scores"][i]} if kind == "found" else {}),
                        **({"segmentation": shapes[i]} if size else {}),
                    }
                )
        coco = COCO()
        coco.dataset = {
            "images": [{"id": index, "height": size, "width": size} for index in range(len(images))],
            "categories": [{"id": label} for label in range(classes)],
            "annotations": annotations,
        }
        coco.createIndex()
        return coco

    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(dataset("truth"), dataset("found"), "segm" if size else "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    # [T, R, K, all areas, 100 detections]
    precision = evaluation.eval["precision"][:, :, :, 0, 2]
    return evaluation.stats, precision.mean(axis=(0, 1))


def case(name, images, classes, size=None):
    """All images' boxes one after another; `truthImages` and `foundImages` say whose they are."""
    summary, per_class = evaluate(images, classes, size)
    inputs = {}
    for kind in ["truth", "found"]:
        parts = [image[kind] for image in images]
        rows = lambda key, width: numpy.asarray([row for part in parts for row in part[key]], dtype=float).reshape(-1, width)
        inputs[f"{kind}Images"] = exact([index for index, part in enumerate(parts) for _ in part["labels"]])
        inputs[f"{kind}Labels"] = exact([label for part in parts for label in part["labels"]])
        inputs[f"{kind}Boxes"] = exact(rows("boxes", 4))
        for key in ["scores", "crowd", "areas"]:
            if any(key in part for part in parts):
                inputs[f"{kind}{key.capitalize()}"] = exact([value for part in parts for value in part[key]])
        if size:
            inputs[f"{kind}Circles"] = exact(rows("circles", 3))
    options = {"images": len(images), "classes": classes, **({"size": size} if size else {})}
    return {
        "name": name,
        "op": "cocoMetrics",
        "options": options,
        "inputs": inputs,
        "output": array(summary),
        "perClass": array(per_class),
    }


def jittered(rng, box, amount):
    """The box with each side moved by a normal share of its length; whole numbers, at least one pixel wide."""
    x1, y1, x2, y2 = box
    moved = numpy.asarray(box) + rng.normal(size=4) * amount * numpy.asarray([x2 - x1, y2 - y1] * 2)
    x1, y1, x2, y2 = moved.round()
    return [x1, y1, max(x2, x1 + 1), max(y2, y1 + 1)]


def random_image(rng, truths, classes, levels=128, crowds=0.0, sides=(6, 160), wrong=2, areas=False):
    """Truths of all sizes; for most of them a detection or more near by, and some detections of nothing."""
    truth = {"boxes": [], "labels": [], "crowd": []}
    found = {"boxes": [], "labels": [], "scores": []}

    def box():
        # The logarithm of a side is uniform: small, medium and large in equal parts.
        width, height = numpy.exp(rng.uniform(*numpy.log(sides), size=2)).round()
        x, y = rng.integers(0, 200, size=2)
        return [float(x), float(y), x + width, y + height]

    def detect(corners, label):
        found["boxes"].append(corners)
        found["labels"].append(label)
        found["scores"].append(rng.integers(1, levels + 1) / levels)

    for _ in range(truths):
        corners, label = box(), rng.integers(classes)
        truth["boxes"].append(corners)
        truth["labels"].append(label)
        truth["crowd"].append(int(rng.random() < crowds))
        for _ in range(rng.choice([0, 1, 2, 3], p=[0.2, 0.5, 0.2, 0.1])):
            detect(jittered(rng, corners, rng.choice([0, 0.03, 0.1])), label if rng.random() < 0.9 else rng.integers(classes))
        if truth["crowd"][-1]:
            for _ in range(3):
                x1, y1, x2, y2 = corners
                detect([x1, y1, x1 + numpy.ceil((x2 - x1) / 2), y1 + numpy.ceil((y2 - y1) / 2)], label)
    for _ in range(rng.integers(wrong + 1)):
        detect(box(), rng.integers(classes))
    if areas:
        truth["areas"] = [
            float(rng.choice([1024, 9216, round((x2 - x1) * (y2 - y1) * rng.uniform(0.4, 1))])) for x1, y1, x2, y2 in truth["boxes"]
        ]
    order = rng.permutation(len(found["labels"]))
    return {"truth": truth, "found": {key: [values[i] for i in order] for key, values in found.items()}}


NOTHING = {"boxes": [], "labels": []}


def random_cases():
    settings = {
        "three classes": dict(images=24, truths=8, classes=3),
        "equal scores": dict(images=16, truths=8, classes=2, levels=4),
        "crowds": dict(images=16, truths=8, classes=2, crowds=0.4),
        "areas of masks": dict(images=14, truths=6, classes=2, areas=True, crowds=0.1),
        "twenty-five classes": dict(images=16, truths=6, classes=25),
        "small only": dict(images=5, truths=4, classes=2, sides=(4, 24)),
        "crowded together": dict(images=2, truths=40, classes=1, sides=(40, 90), levels=16),
    }
    for name, setting in settings.items():
        count, truths, classes = setting.pop("images"), setting.pop("truths"), setting["classes"]
        rng = generator("coco", name)
        yield case(name, [random_image(rng, rng.integers(truths + 1) if count > 2 else truths, **setting) for _ in range(count)], classes)


def built_cases():
    one = {"boxes": [[0, 0, 20, 10]], "labels": [0]}
    nothing_found = {**NOTHING, "scores": []}

    def nested(widths, scores):
        return {"boxes": [[0, 0, width, 10] for width in widths], "labels": [0] * len(widths), "scores": scores}

    yield case("a perfect detector", [{"truth": one, "found": {**one, "scores": [0.5]}}], 1)
    yield case("nothing found", [{"truth": one, "found": nothing_found}], 1)
    yield case("nothing there", [{"truth": NOTHING, "found": {**one, "scores": [0.5]}}], 1)
    yield case("nothing at all", [{"truth": NOTHING, "found": nothing_found}], 1)
    yield case("only a crowd", [{"truth": {**one, "crowd": [1]}, "found": {**one, "scores": [0.5]}}], 1)
    yield case("no match", [{"truth": one, "found": {"boxes": [[40, 0, 60, 10]], "labels": [0], "scores": [1]}}], 1)
    yield case("duplicates", [{"truth": one, "found": nested([20, 20, 19], [0.5, 0.75, 1])}], 1)
    # The IoU is the width divided by 20: exactly at each threshold, one an image.
    widths = [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
    yield case("at the thresholds", [{"truth": one, "found": nested([width], [width / 32])} for width in widths], 1)
    # Truths with and without detections, wrong classes, images without one or the other.
    rng = generator("coco", "images without")
    images = [random_image(rng, 3, 3) for _ in range(6)]
    for index in [0, 2]:
        images[index]["truth"] = {**NOTHING, "crowd": []}
    for index in [0, 4]:
        images[index]["found"] = nothing_found
    yield case("images without truth or detections", images, 3)
    # More than 100 detections of a class in an image, more than 10 in the next; the right ones come late.
    rng = generator("coco", "many detections")
    images = []
    for wrong, place in [(105, 98), (105, 104), (14, 9), (14, 12)]:
        boxes = [[0, 0, 16, 16]] + [[float(x), 100, float(x) + 8, 108] for x in rng.integers(0, 200, size=wrong)]
        scores = [(wrong - place) / 128] + [(wrong - i - 0.5) / 128 for i in range(wrong)]
        found = {"boxes": boxes, "labels": [0] * (wrong + 1), "scores": scores}
        images.append({"truth": {"boxes": [[0, 0, 16, 16]], "labels": [0]}, "found": found})
    yield case("many detections", images, 1)
    # A hundred truths: the recalls are those at which the curve is read, which float64 rounds one way or the other.
    places = [[10 * i, 0, 10 * i + 8, 8] for i in range(100)]
    right = [i < 97 and i % 2 == 0 or i % 7 != 0 for i in range(100)]
    boxes = [[x1, y1 + (0 if hit else 50), x2, y2 + (0 if hit else 50)] for (x1, y1, x2, y2), hit in zip(places, right)]
    found = {"boxes": boxes, "labels": [0] * 100, "scores": [1 - i / 128 for i in range(100)]}
    yield case("a hundred truths", [{"truth": {"boxes": places, "labels": [0] * 100}, "found": found}], 1)
    # On both sides of the borders of small, medium and large. Those on a border are missed: they count on both sides.
    images = []
    for i, side in enumerate([31, 32, 33, 95, 96, 97]):
        square = {"boxes": [[0, 0, side, side]], "labels": [0]}
        images.append({"truth": square, "found": nothing_found if side in (32, 96) else {**square, "scores": [(i + 1) / 8]}})
    yield case("at the sizes' borders", images, 1)


def mask_case():
    rng = generator("coco", "masks")
    images = []
    for _ in range(5):
        circles = numpy.column_stack([rng.integers(10, 150, size=(5, 2)), rng.choice([6, 12, 20, 40, 60], size=5)]).astype(float)
        labels = rng.integers(2, size=5)
        order = rng.permutation(5)
        # The last detection finds nothing.
        found = [*(circles + rng.integers(-3, 4, size=(5, 3)))[order], [80.0, 80.0, 5.0]]
        # The boxes say nothing here: only masks are compared.
        part = lambda rows, labels, **more: {"circles": rows, "boxes": [[0, 0, 1, 1]] * len(rows), "labels": labels, **more}
        images.append(
            {
                "truth": part(list(circles), list(labels), crowd=[0, 0, 0, 0, 1]),
                "found": part(found, [*labels[order], 0], scores=[rng.integers(1, 129) / 128 for _ in found]),
            }
        )
    return case("masks of discs", images, 2, size=160)


def coco():
    return [*random_cases(), *built_cases(), mask_case()]


SLUGS = {"coco": coco}
