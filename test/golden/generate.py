"""Writes the golden files of this folder: `python generate.py`, or `python generate.py --only conv2d`. See README.md."""
import argparse
import importlib.metadata
import json
import os
import platform
import sys
from pathlib import Path

import numpy
import sklearn
import torch

# No __pycache__ beside the goldens.
sys.dont_write_bytecode = True

import boxes
import cluster
import coco
import conv
import detectors
import graphCut
import instances
import linear
import losses
import masks
import oneStage
import ops
import optimizers
import panoptic
import pytorch
import recurrent
import regions
import resample
import segmentation
import training

# What a file is made with beyond the packages that all need.
PACKAGES = {"resizeLibraries": ["opencv-python-headless", "pillow"], "boxes": ["torchvision"], "losses": ["torchvision"], "regions": ["torchvision"], "instanceMasks": ["torchvision"], "oneStage": ["torchvision"], "safetensors": ["safetensors"], "pytorch": ["safetensors"], "coco": ["pycocotools"], "cocoMasks": ["pycocotools"], "panoptic": ["panopticapi-lite"], "segmentIds": ["panopticapi-lite"], "segmentation": ["scikit-image", "scipy"], "graphCut": ["opencv-python-headless", "scikit-image", "scipy"]}

FOLDER = Path(__file__).resolve().parent
SLUGS = {**ops.SLUGS, **conv.SLUGS, **linear.SLUGS, **losses.SLUGS, **optimizers.SLUGS, **cluster.SLUGS, **boxes.SLUGS, **coco.SLUGS, **detectors.SLUGS, **oneStage.SLUGS, **training.SLUGS, **resample.SLUGS, **regions.SLUGS, **segmentation.SLUGS, **pytorch.SLUGS, **recurrent.SLUGS, **masks.SLUGS, **panoptic.SLUGS, **graphCut.SLUGS, **instances.SLUGS}


def versions(slug):
    return {
        "python": platform.python_version(),
        "torch": torch.__version__.split("+")[0],  # Without the kind of build: float64 on the processor is the same in all.
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
        **{name: importlib.metadata.version(name) for name in PACKAGES.get(slug, [])},
    }


def write(slug, cases):
    """One case a line, written under a temporary name and renamed, so that a reader never sees half a file."""
    names = [case["name"] for case in cases]
    repeated = {name for name in names if names.count(name) > 1}
    assert not repeated, f"{slug}: expected names of their own, got {sorted(repeated)} more than once"
    dump = lambda value: json.dumps(value, allow_nan=False, separators=(",", ":"))
    lines = ",\n".join(dump(case) for case in cases)
    path = FOLDER / f"{slug}.json"
    temporary = path.with_suffix(f".json.{os.getpid()}.tmp")
    try:
        temporary.write_text(f'{{"versions":{dump(versions(slug))},\n"cases":[\n{lines}\n]}}\n', encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path.stat().st_size


def main():
    parser = argparse.ArgumentParser(description="Writes the golden files that the tests compare with.")
    parser.add_argument("--only", metavar="slug", choices=sorted(SLUGS), help="regenerate one file: " + ", ".join(sorted(SLUGS)))
    only = parser.parse_args().only
    # One thread: sums in the same order on every machine.
    torch.set_num_threads(1)
    for slug in [only] if only else SLUGS:
        cases = SLUGS[slug]()
        size = write(slug, cases)
        print(f"{slug}.json: {len(cases)} cases, {size / 1000:.0f} kB")


if __name__ == "__main__":
    sys.exit(main())
