"""Goldens of clustering, from scikit-learn; its Lloyd and flat mean shift are followed step by step to see that no point is on the fence."""
import warnings

import numpy
from sklearn.cluster import KMeans, MeanShift

from cases import GRID, array, exact, generator

# How far, relative to the distances compared, a decision must be from going the other way: float32 can then not flip it.
MARGIN = 1e-5


def snapped(values):
    return (numpy.asarray(values) / GRID).round() * GRID


def blobs(rng, centers, count, spread):
    """`count` normally distributed points around each center, in random order."""
    points = numpy.concatenate([rng.normal(center, spread, size=(count, len(center))) for center in centers])
    return snapped(rng.permutation(points))


def squared_distances(points, centers):
    return ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)


def lloyd(points, centers, max_iterations):
    """Lloyd's algorithm as scikit-learn runs it; also the closest call of any assignment, and how many clusters ran empty."""
    margin, empties, previous = numpy.inf, 0, None
    for iteration in range(1, max_iterations + 1):
        distances = squared_distances(points, centers)
        labels = distances.argmin(axis=1)
        if len(centers) > 1:
            # Equal centers are equally far for every point; that tie goes to the first of them on any machine.
            first, second = numpy.sort(numpy.array([numpy.unique(row)[:2] for row in distances]), axis=1).T
            margin = min(margin, ((second - first) / second).min())
        sums = numpy.array([points[labels == k].sum(axis=0) for k in range(len(centers))])
        counts = numpy.bincount(labels, minlength=len(centers))
        if (counts == 0).any():
            # The empty cluster takes the point that is farthest from its own center, and that point leaves the sum of its old cluster.
            assert (counts == 0).sum() == 1
            empties += 1
            empty = int(counts.argmin())
            own = distances[numpy.arange(len(points)), labels]
            order = own.argsort()
            far = order[-1]
            margin = min(margin, (own[far] - own[order[-2]]) / own[far])
            sums[labels[far]] -= points[far]
            counts[labels[far]] -= 1
            sums[empty], counts[empty] = points[far], 1
        centers = sums / counts[:, None]
        if previous is not None and numpy.array_equal(labels, previous):
            return labels, centers, iteration, margin, empties
        previous = labels
    # Cut off: the labels follow the last centers.
    return squared_distances(points, centers).argmin(axis=1), centers, max_iterations, margin, empties


def k_means():
    cases = []

    def add(name, points, initial, max_iterations=300, empties=0):
        points, initial = numpy.asarray(points, dtype=float), numpy.asarray(initial, dtype=float)
        model = KMeans(
            len(initial), init=initial, n_init=1, algorithm="lloyd", tol=0, max_iter=max_iterations, random_state=0
        ).fit(points)
        labels, centers, iterations, margin, ran_empty = lloyd(points, initial, max_iterations)
        assert numpy.array_equal(labels, model.labels_) and numpy.allclose(centers, model.cluster_centers_, atol=1e-9), name
        assert ran_empty == empties, f"{name}: expected {empties} empty clusters, got {ran_empty}"
        assert margin > MARGIN, f"{name}: a point is on the fence ({margin:.1g})"
        case = {
            "name": name,
            "op": "kMeans",
            "options": {"clusters": len(initial), "maxIterations": max_iterations},
            "inputs": {"points": exact(points), "initial": exact(initial)},
            "labels": exact(model.labels_),
            "centers": array(model.cluster_centers_),
            "inertia": array(model.inertia_),
        }
        if not empties:
            # After an empty cluster took a point, scikit-learn may notice an iteration before the labels repeat that no center moves.
            assert iterations == model.n_iter_, (name, iterations, model.n_iter_)
            case["iterations"] = exact(model.n_iter_)
        cases.append(case)

    def first(points, count):
        return points[:count]

    rng = generator("kMeans", "two")
    points = blobs(rng, [[-2, 0], [2, 1]], 20, 0.9)
    add("2-d, k = 2", points, first(points, 2))
    add("2-d, k = 1", points, first(points, 1))
    rng = generator("kMeans", "three")
    points = blobs(rng, [[-2, -1], [2, -1], [0, 2]], 25, 0.9)
    add("2-d, k = 3", points, first(points, 3))
    add("2-d, k = 3, cut off after 1 iteration", points, first(points, 3), 1)
    add("2-d, k = 3, cut off after 2 iterations", points, first(points, 3), 2)
    # Both upper centers start in one blob, and the two lower blobs share the third for good.
    points = blobs(generator("kMeans", "local"), [[-4, 0], [4, 0], [0, 6]], 12, 0.5)
    add("2-d, k = 3, a local minimum", points, [[-0.25, 6], [0.25, 6], [0, 0]])
    points = numpy.clip(blobs(generator("kMeans", "colors"), [[0.2, 0.3, 0.7], [0.8, 0.7, 0.2], [0.3, 0.6, 0.2], [0.9, 0.9, 0.9]], 20, 0.09), 0, 1)
    add("3-d colors, k = 4", points, first(points, 4))
    rng = generator("kMeans", "five")
    points = blobs(rng, rng.uniform(0, 1, size=(5, 5)), 15, 0.15)
    add("5-d, k = 5", points, first(points, 5))
    # No point is nearest to the third center.
    rng = generator("kMeans", "empty")
    points = numpy.concatenate([blobs(rng, [[-2, 0], [2, 0]], 12, 0.5), [[2, 5]]])
    add("2-d, a center far from all points runs empty", points, [[-2, 0.5], [2, 0.5], [40, -40]], empties=1)
    add("2-d, the second of two equal centers runs empty", points, [[-2, 0.5], [-2, 0.5], [2, 0.5]], empties=1)
    return cases


def flat_shift(points, bandwidth):
    """Flat mean shift as scikit-learn runs it without bins; also the closest call of any window and any label."""
    margin, found = numpy.inf, {}

    def inside(center):
        nonlocal margin
        distances = numpy.sqrt(squared_distances(center[None], points)[0])
        margin = min(margin, (numpy.abs(distances - bandwidth) / bandwidth).min())
        return distances <= bandwidth

    for seed in points:
        center = seed
        for iteration in range(301):
            window = inside(center)
            mean = points[window].mean(axis=0)
            moved, center = numpy.linalg.norm(mean - center), mean
            if moved <= 1e-3 * bandwidth:
                break
        assert iteration < 300
        # Windows that came to rest on the same points may differ in the last bit.
        found[tuple(center.round(9))] = int(window.sum())
    # The fullest windows first; one within a bandwidth of a fuller one is the same mode.
    ordered = sorted(found.items(), key=lambda item: (item[1], item[0]), reverse=True)
    kept = []
    for center, count in ordered:
        gaps = [numpy.linalg.norm(numpy.subtract(center, other)) for other, _ in kept]
        margin = min([margin, *(abs(gap - bandwidth) / bandwidth for gap in gaps)])
        if all(gap > bandwidth for gap in gaps):
            kept.append((center, count))
    centers = numpy.array([center for center, _ in kept])
    distances = numpy.sort(squared_distances(points, centers), axis=1)
    if len(centers) > 1:
        margin = min(margin, ((distances[:, 1] - distances[:, 0]) / distances[:, 1]).min())
    return centers, squared_distances(points, centers).argmin(axis=1), [count for _, count in kept], margin


def gaussian_shift(points, bandwidth, tolerance, merge_distance):
    """Every point climbs to its mode: x ← Σ w p / Σ w over all points p, w = exp(−‖x − p‖² / 2h²), until no point moves by more."""
    step = lambda at: (lambda weights: weights @ points / weights.sum(axis=1, keepdims=True))(
        numpy.exp(-squared_distances(at, points) / (2 * bandwidth**2))
    )
    first = step(points)
    modes, previous = first, points
    for _ in range(5000):
        if numpy.linalg.norm(modes - previous, axis=1).max() <= tolerance:
            break
        previous, modes = modes, step(modes)
    else:
        raise AssertionError("a point is still climbing")
    # In the order of the points; a mode near one met before is that one.
    centers, labels = [], []
    for mode in modes:
        gaps = [numpy.linalg.norm(mode - center) for center in centers]
        near = [index for index, gap in enumerate(gaps) if gap < merge_distance]
        # Modes are the same or well apart, so that the merge distance does not matter.
        assert all(gap < 1e-5 or gap > 2 * merge_distance for gap in gaps), gaps
        labels.append(near[0] if near else len(centers))
        if not near:
            centers.append(mode)
    return first, modes, numpy.array(centers), labels


def mean_shift():
    cases = []

    def flat(name, points, bandwidth, clusters):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = MeanShift(bandwidth=bandwidth, bin_seeding=False, cluster_all=True).fit(points)
        centers, labels, counts, margin = flat_shift(points, bandwidth)
        assert len(centers) == clusters, f"{name}: expected {clusters} clusters, got {len(centers)}"
        assert numpy.allclose(centers, model.cluster_centers_, atol=1e-8) and numpy.array_equal(labels, model.labels_), name
        assert margin > MARGIN, f"{name}: a point is on the fence ({margin:.1g})"
        cases.append({
            "name": name,
            "op": "meanShift",
            "options": {"kernel": "flat", "bandwidth": bandwidth},
            "inputs": {"points": exact(points)},
            "centers": array(model.cluster_centers_),
            "labels": exact(model.labels_),
            "counts": exact(counts),
        })

    def gaussian(name, points, bandwidth, clusters):
        options = {"kernel": "gaussian", "bandwidth": bandwidth, "tolerance": 1e-9, "mergeDistance": bandwidth / 2}
        first, modes, centers, labels = gaussian_shift(points, bandwidth, 1e-9, bandwidth / 2)
        assert len(centers) == clusters, f"{name}: expected {clusters} clusters, got {len(centers)}"
        cases.append({
            "name": name,
            "op": "meanShift",
            "options": options,
            "inputs": {"points": exact(points)},
            "firstStep": array(first),
            "modes": array(modes),
            "centers": array(centers),
            "labels": exact(labels),
        })

    # Uneven blobs: how full a window is then orders the clusters without a tie.
    rng = generator("meanShift", "plane")
    plane = numpy.concatenate([
        blobs(rng, [[-2, -1]], 26, 0.5), blobs(rng, [[2, -1]], 20, 0.5), blobs(rng, [[0, 2.5]], 14, 0.5)
    ])
    rng = generator("meanShift", "five")
    five = numpy.concatenate([
        blobs(rng, [center], count, 0.12)
        for center, count in (([0.2, 0.2, 0.3, 0.1, 0.8], 18), ([0.8, 0.3, 0.2, 0.9, 0.1], 14), ([0.5, 0.9, 0.8, 0.4, 0.5], 10))
    ])
    flat("2-d, flat, bandwidth 1.25", plane, 1.25, 3)
    flat("2-d, flat, bandwidth 4", plane, 4, 1)
    flat("5-d, flat, bandwidth 0.5", five, 0.5, 3)
    gaussian("2-d, Gaussian, bandwidth 0.75", plane, 0.75, 3)
    gaussian("2-d, Gaussian, bandwidth 2.5", plane, 2.5, 1)
    gaussian("5-d, Gaussian, bandwidth 0.25", five, 0.25, 3)
    return cases


SLUGS = {"kMeans": k_means, "meanShift": mean_shift}
