"""Goldens of graph cuts: scipy's maximum flow, scikit-learn's mixtures with given parameters, and OpenCV's GrabCut on photographs of scikit-image."""
import numpy

from cases import array, exact, generator, uniform

# Packages are imported where they are used, so that the other goldens need none.

# OpenCV's GrabCut starts with k-means: runs with other seeds may end elsewhere, and where they disagree no result is the right one.
SEEDS = 8


def max_flow_cases():
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    cases = []
    # Nodes, edges, largest capacity.
    for nodes, edges, most in [(2, 1, 9), (6, 14, 9), (10, 30, 20), (24, 120, 50), (40, 400, 1000), (40, 60, 5), (80, 900, 3), (200, 1500, 10**6)]:
        name = f"maxFlow {nodes} nodes, {edges} edges, capacities up to {most}"
        rng = generator("graphCut", name)
        # scipy wants each pair once.
        pairs = rng.permutation([(a, b) for a in range(nodes) for b in range(nodes) if a != b])[:edges]
        capacities = rng.integers(0, most, size=len(pairs), endpoint=True)
        graph = csr_array((capacities.astype(numpy.int32), (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes))
        result = maximum_flow(graph, 0, nodes - 1)
        left = csr_array((graph - result.flow).maximum(0))
        left.eliminate_zeros()
        side = numpy.zeros(nodes)
        side[breadth_first_order(left, 0, return_predecessors=False)] = 1
        cases.append({
            "name": name,
            "op": "maxFlow",
            "options": {"nodes": nodes, "source": 0, "sink": nodes - 1},
            "inputs": {"edges": exact(pairs), "capacities": exact(capacities)},
            "output": array(result.flow_value),
            "labels": array(side),
        })
    return cases


def mixture_cases():
    from sklearn.mixture import GaussianMixture

    cases = []
    for components in [1, 3, 5]:
        name = f"mixtureCosts {components} components"
        rng = generator("graphCut", name)
        weights = rng.dirichlet(numpy.full(components, 2.0))
        means = rng.uniform(0.1, 0.9, size=(components, 3))
        roots = rng.normal(0, 0.1, size=(components, 3, 3))
        covariances = roots @ roots.transpose(0, 2, 1) + 1e-4 * numpy.eye(3)
        model = GaussianMixture(components, covariance_type="full")
        model.weights_, model.means_, model.covariances_ = weights, means, covariances
        model.precisions_cholesky_ = numpy.linalg.cholesky(numpy.linalg.inv(covariances))
        points = uniform(rng, [60, 3], 0, 1)
        cases.append({
            "name": name,
            "op": "mixtureCosts",
            "options": {},
            "inputs": {"points": exact(points)},
            "weights": array(weights, 17),
            "means": array(means, 17),
            "covariances": array(covariances, 17),
            "output": array(-model.score_samples(points)),
        })
    return cases


def runs(mask):
    """Lengths of runs of 0 and 1 in turn, row by row, beginning with 0."""
    flat = numpy.concatenate([[0], mask.ravel().astype(int), [2]])
    borders = numpy.flatnonzero(numpy.diff(flat))
    lengths = numpy.diff(numpy.concatenate([[0], borders]))
    return lengths if flat[1] == 0 else numpy.concatenate([[0], numpy.diff(borders)])


def photographs():
    """Name, part of the photograph (rows, columns), height and width it is shrunk to, rectangle. All are CC0 or in the public domain; see README.md."""
    return [
        ("chelsea", (slice(0, 300), slice(0, 450)), (72, 108), (15, 8, 100, 70)),
        ("coffee", (slice(0, 400), slice(0, 600)), (72, 108), (25, 10, 87, 63)),
        ("rocket", (slice(40, 400), slice(250, 400)), (120, 50), (8, 6, 44, 105)),
        ("astronaut", (slice(0, 300), slice(60, 410)), (78, 91), (20, 4, 70, 60)),
    ]


def grab_cut_cases():
    import cv2
    import skimage.data

    cases = []
    for name, (rows, columns), (height, width), (x1, y1, x2, y2) in photographs():
        whole = getattr(skimage.data, name)()[rows, columns, :3]
        image = cv2.resize(numpy.ascontiguousarray(whole), (width, height), interpolation=cv2.INTER_AREA)
        masks = []
        for seed in range(SEEDS):
            cv2.setRNGSeed(seed)
            mask = numpy.zeros((height, width), numpy.uint8)
            box = (x1, y1, x2 - x1, y2 - y1)
            cv2.grabCut(image, mask, box, numpy.zeros((1, 65)), numpy.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
            masks.append(mask & 1)
        votes = numpy.sum(masks, axis=0)
        packed = image.astype(int) @ [65536, 256, 1]
        cases.append({
            "name": f"grabCut {name}",
            "op": "grabCut",
            "options": {"rectangle": [x1, y1, x2, y2], "disputed": float((((votes > 0) & (votes < SEEDS)).mean()).round(5))},
            "inputs": {"pixels": exact(packed)},
            "foreground": array(runs(votes == SEEDS)),
            "background": array(runs(votes == 0)),
        })
    return cases


def graph_cut():
    return max_flow_cases() + mixture_cases() + grab_cut_cases()


SLUGS = {"graphCut": graph_cut}
