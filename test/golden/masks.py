"""Goldens of COCO's run-length masks and polygons, from pycocotools."""
import numpy
from pycocotools import mask as masks

from cases import generator


def runs(mask):
    """Lengths of the runs of a mask [H, W], column by column, beginning with 0."""
    flat = numpy.asarray(mask).flatten(order="F")
    borders = numpy.flatnonzero(numpy.diff(flat)) + 1
    lengths = numpy.diff([0, *borders, len(flat)]).tolist()
    return ([0] if len(flat) and flat[0] else []) + lengths


def rle_case(name, mask):
    packed = masks.encode(numpy.asfortranarray(mask.astype(numpy.uint8)))
    lengths = runs(mask)
    return {"name": name, "op": "encodeRle", "options": {"size": packed["size"], "counts": packed["counts"].decode("ascii")}, "inputs": {"runs": {"shape": [len(lengths)], "data": lengths}}}


def polygon_case(name, polygons, height, width):
    mask = masks.decode(masks.merge(masks.frPyObjects([list(map(float, polygon)) for polygon in polygons], height, width)))
    lengths = runs(mask)
    inputs = {f"polygon{k}": {"shape": [len(polygon)], "data": list(map(float, polygon))} for k, polygon in enumerate(polygons)}
    return {"name": name, "op": "polygonMask", "options": {"height": height, "width": width}, "inputs": inputs, "output": {"shape": [len(lengths)], "data": lengths}}


def rle_cases():
    yield rle_case("nothing", numpy.zeros((4, 5)))
    yield rle_case("everything", numpy.ones((4, 5)))
    yield rle_case("one pixel", numpy.ones((1, 1)))
    yield rle_case("chequers", numpy.indices((7, 6)).sum(axis=0) % 2)
    long = numpy.zeros((480, 640))
    long[100:400, 200:500] = 1
    yield rle_case("a rectangle in a photograph", long)
    for seed in range(6):
        rng = generator("cocoMasks", f"rle {seed}")
        height, width = rng.integers(1, 60, size=2)
        yield rle_case(f"random runs {seed}", rng.random((height, width)) < rng.choice([0.02, 0.5, 0.9]))
    y, x = numpy.mgrid[0:200, 0:300]
    yield rle_case("a disc", (x - 120) ** 2 + (y - 90) ** 2 < 70**2)


def polygon_cases():
    yield polygon_case("a square of whole corners", [[2, 1, 7, 1, 7, 5, 2, 5]], 8, 10)
    yield polygon_case("a square of half corners", [[2.5, 1.5, 7.5, 1.5, 7.5, 5.5, 2.5, 5.5]], 8, 10)
    yield polygon_case("the same, backwards", [[2.5, 5.5, 7.5, 5.5, 7.5, 1.5, 2.5, 1.5]], 8, 10)
    yield polygon_case("the whole image", [[0, 0, 10, 0, 10, 8, 0, 8]], 8, 10)
    yield polygon_case("far beyond the image", [[-20, -30, 40, -10, 50, 60, -15, 25]], 8, 10)
    yield polygon_case("outside", [[20, 20, 30, 20, 30, 30]], 8, 10)
    yield polygon_case("to the left", [[-30, 1, -20, 1, -20, 6]], 8, 10)
    yield polygon_case("a line", [[1, 1, 8, 6, 4, 3.25]], 8, 10)
    yield polygon_case("a needle", [[1, 1, 9, 1.125, 1, 1.25]], 8, 10)
    yield polygon_case("a corner twice", [[1, 1, 1, 1, 8, 1, 8, 6, 8, 6, 1, 6]], 8, 10)
    yield polygon_case("crossing itself", [[1, 1, 9, 7, 9, 1, 1, 7]], 8, 10)
    yield polygon_case("two that overlap", [[1, 1, 6, 1, 6, 6, 1, 6], [4, 3, 9, 3, 9, 7, 4, 7]], 8, 10)
    yield polygon_case("smaller than a pixel", [[3.125, 3.125, 3.375, 3.125, 3.375, 3.375]], 8, 10)
    for seed in range(24):
        rng = generator("cocoMasks", f"polygon {seed}")
        height, width = rng.integers(5, 90, size=2)
        corners = rng.integers(3, 14)
        count = rng.integers(1, 4)
        # Multiples of 1/128; a tenth of the image may lie beyond each border.
        polygons = [
            numpy.stack([rng.integers(-0.1 * width * 128, 1.1 * width * 128, size=corners), rng.integers(-0.1 * height * 128, 1.1 * height * 128, size=corners)], axis=1).flatten() / 128
            for _ in range(count)
        ]
        yield polygon_case(f"random {seed}", polygons, int(height), int(width))


def coco_masks():
    return [*rle_cases(), *polygon_cases()]


SLUGS = {"cocoMasks": coco_masks}
