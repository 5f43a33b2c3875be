"""Goldens of what surrounds training: the safetensors format, from its own package, and metrics of segmentation, from scikit-learn."""
import numpy
from safetensors.numpy import save
from sklearn.metrics import accuracy_score, confusion_matrix, jaccard_score

from cases import array, exact, generator, normal


def safetensors():
    cases = []
    for name, shapes in {"two": {"b": [2, 3], "a": [4]}, "scalar and empty": {"x": [], "none": [0, 3]}, "paths": {"layers.0.weight": [3, 3, 1, 2]}}.items():
        rng = generator("safetensors", name)
        tensors = {key: normal(rng, shape) for key, shape in shapes.items()}
        content = save({key: numpy.asarray(value, numpy.float32) for key, value in tensors.items()}, metadata={"step": "7"})
        cases.append({
            "name": f"safetensors {name}",
            "op": "readSafetensors",
            "options": {},
            "inputs": {key: exact(value) for key, value in tensors.items()},
            "file": exact(list(content)),
        })
    return cases


def segmentation_metrics():
    cases = []
    for classes, size in [(2, 30), (5, 200), (6, 400)]:
        rng = generator("segmentationMetrics", str(classes))
        # The last class is never true and never guessed.
        truth = rng.integers(0, classes - 1, size)
        guess = numpy.where(rng.random(size) < 0.6, truth, rng.integers(0, classes - 1, size))
        mean = jaccard_score(truth, guess, labels=range(classes - 1), average="macro")
        cases.append({
            "name": f"segmentationMetrics {classes} classes",
            "op": "meanIou",
            "options": {"classes": classes, "accuracy": accuracy_score(truth, guess), "meanIou": mean},
            "inputs": {"truth": exact(truth), "predicted": exact(guess)},
            "output": array(confusion_matrix(truth, guess, labels=range(classes))),
        })
    return cases


SLUGS = {"safetensors": safetensors, "segmentationMetrics": segmentation_metrics}
