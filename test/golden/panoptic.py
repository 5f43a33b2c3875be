"""Goldens of panoptic quality and of the ids of segments, from panopticapi (PyPI: panopticapi-lite, a copy of the official one)."""
import tempfile
from pathlib import Path

import numpy
from PIL import Image

from cases import array, exact, generator

# Imported where it is used, so that the other goldens need none: panopticapi.

STUFF, THINGS, SIDE = 2, 2, 8


def random_map(rng, things):
    """Bands of stuff with rectangles of things in front, some of them hidden, and some void."""
    panoptic = numpy.zeros([SIDE, SIDE], dtype=int)
    panoptic[rng.integers(1, SIDE):] = 1
    for g in range(things):
        top, left = rng.integers(0, SIDE - 2, 2)
        height, width = rng.integers(2, 6, 2)
        panoptic[top : top + height, left : left + width] = STUFF + g
    if rng.random() < 0.6:
        top, left = rng.integers(0, SIDE - 1, 2)
        panoptic[top : top + rng.integers(1, 6), left : left + rng.integers(1, 6)] = -1
    return panoptic


def disturbed(rng, truth, things):
    """A prediction that is like the truth: moved, with some segments gone or of another class."""
    moved = numpy.roll(truth, rng.integers(-1, 2, 2), axis=(0, 1))
    for segment in range(STUFF + things):
        if rng.random() < 0.15:
            moved[moved == segment] = rng.integers(0, STUFF + things)
    return moved


def write(folder, panoptic, labels, crowd):
    """One PNG with a color for each segment (id + 1 in red, as void is 0), and the list of its segments."""
    colors = numpy.zeros([SIDE, SIDE, 3], dtype=numpy.uint8)
    colors[..., 0] = panoptic + 1
    Image.fromarray(colors).save(folder / "map.png")
    segments = []
    for segment in numpy.unique(panoptic[panoptic >= 0]):
        thing = segment - STUFF
        category = int(segment) if thing < 0 else STUFF + int(labels[thing])
        is_crowd = int(thing >= 0 and crowd[thing])
        segments.append({"id": int(segment) + 1, "category_id": category, "iscrowd": is_crowd, "area": int((panoptic == segment).sum())})
    return {"image_id": 0, "file_name": "map.png", "segments_info": segments}


def quality():
    from panopticapi.evaluation import pq_compute_single_core

    categories = {k: {"id": k, "isthing": int(k >= STUFF)} for k in range(STUFF + THINGS)}
    cases = []
    for number in range(300):
        name = f"panopticQuality {number}"
        rng = generator("panoptic", name)
        things = int(rng.integers(0, 4))
        truth = random_map(rng, things)
        labels = rng.integers(0, THINGS, things)
        # At most one crowd a class: panopticapi keeps the last alone.
        crowd = numpy.zeros(things, dtype=int)
        if things and rng.random() < 0.4:
            crowd[rng.integers(things)] = 1
        found = disturbed(rng, truth, things) if rng.random() < 0.8 else random_map(rng, things)
        own = numpy.where(rng.random(things) < 0.8, labels, rng.integers(0, THINGS, things))
        with tempfile.TemporaryDirectory() as folder:
            folders = [Path(folder) / part for part in ("truth", "found")]
            for part in folders:
                part.mkdir()
            pair = (write(folders[0], truth, labels, crowd), write(folders[1], found, own, numpy.zeros(things, dtype=int)))
            stat = pq_compute_single_core(0, [pair], str(folders[0]), str(folders[1]), categories)
        rows = [[stat[k].iou, stat[k].tp, stat[k].fp, stat[k].fn] for k in categories]
        inputs = {"truth": array(truth), "labels": array(labels), "crowd": array(crowd), "found": array(found), "own": array(own)}
        cases.append({"name": name, "op": "panopticQuality", "options": {"stuff": STUFF, "things": THINGS}, "inputs": inputs, "output": array(rows)})
    return cases


def segment_ids():
    from panopticapi.utils import id2rgb, rgb2id

    cases = []
    for name, ids in [("each byte", [[0, 1, 255], [256, 65535, 65536], [2**24 - 1, 2**16 + 2**8 + 1, 7]]), *[(f"random {seed}", generator("segmentIds", f"random {seed}").integers(0, 2**24, (4, 5))) for seed in range(3)]]:
        ids = numpy.array(ids, dtype=numpy.int64)
        colors = id2rgb(ids)
        assert (rgb2id(colors) == ids).all()
        cases.append({"name": name, "op": "idToRgb", "options": {}, "inputs": {"ids": exact(ids)}, "output": array(colors)})
    return cases


SLUGS = {"panoptic": quality, "segmentIds": segment_ids}
