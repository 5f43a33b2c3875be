"""Goldens of what surrounds training: the safetensors format, from its own package, and metrics of segmentation, from scikit-learn and scipy."""
import numpy
from safetensors.numpy import save
from scipy.ndimage import distance_transform_edt
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


def boundary_scores():
    def boundary(labels):
        found = numpy.zeros(labels.shape, bool)
        found[:, :-1] |= labels[:, :-1] != labels[:, 1:]
        found[:-1] |= labels[:-1] != labels[1:]
        return found

    cases = []
    for tolerance in (0, 1, 1.5, 3):
        name = f"boundaryScores {tolerance} px"
        rng = generator("boundaryScores", name)
        # Blocks of labels; the guess has some of them moved by a few pixels.
        truth = numpy.kron(rng.integers(0, 3, (4, 5)), numpy.ones((5, 6), int))
        guess = numpy.roll(truth, rng.integers(-2, 3, 2), (0, 1))
        guess = numpy.where(rng.random(truth.shape) < 0.02, 3, guess)
        own, other = boundary(truth), boundary(guess)
        near = lambda one, of: (distance_transform_edt(~one)[of] <= tolerance).mean()
        cases.append({
            "name": name,
            "op": "boundaryScores",
            "options": {"tolerance": tolerance},
            "inputs": {"truth": exact(truth), "predicted": exact(guess)},
            "output": array([near(own, other), near(other, own)]),
        })
    return cases


SLUGS = {"boundaryScores": boundary_scores, "safetensors": safetensors, "segmentationMetrics": segmentation_metrics}
