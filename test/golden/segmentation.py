"""Goldens of segmentation and of color spaces, from scikit-image; no decision of a segmentation is a close call."""
import numpy

from cases import array, exact, generator, uniform

# scikit-image is imported where it is used, so that the other goldens need none.

# How far apart, relative to themselves, any two weights must be, and a weight and what is allowed: rounding can then not swap them.
MARGIN = 1e-9


def neighbors(image, sigma):
    """Weights and ends of all edges of the smoothed image, in float64."""
    from scipy.ndimage import gaussian_filter

    height, width, _ = image.shape
    smooth = gaussian_filter(image, sigma=[sigma, sigma, 0])
    node = numpy.arange(height * width).reshape(height, width)
    ends, weights = [], []
    for dy, dx in [(0, 1), (1, 0), (1, 1), (1, -1)]:
        a = (slice(0, height - dy), slice(max(0, -dx), width - max(0, dx)))
        b = (slice(dy, height), slice(max(0, dx), width - max(0, -dx)))
        ends.append(numpy.stack([node[a].ravel(), node[b].ravel()], axis=1))
        weights.append(numpy.sqrt(((smooth[a] - smooth[b]) ** 2).sum(axis=-1)).ravel())
    return numpy.concatenate(weights), numpy.concatenate(ends)


def closest_call(image, sigma, scale):
    """The smallest relative distance of two weights, and of a weight and what was allowed, in a segmentation as the paper has it."""
    weights, ends = neighbors(image, sigma)
    order = weights.argsort(kind="stable")
    ranked = weights[order]
    margin = ((ranked[1:] - ranked[:-1]) / ranked[1:]).min()
    parent, size = list(range(image.shape[0] * image.shape[1])), {}
    inner = {}

    def find(node):
        while parent[node] != node:
            node = parent[node]
        return node

    for edge in order:
        a, b = find(ends[edge][0]), find(ends[edge][1])
        if a == b:
            continue
        allowed = min(inner.get(root, 0) + scale / 255 / size.get(root, 1) for root in (a, b))
        margin = min(margin, abs(weights[edge] - allowed) / allowed)
        if weights[edge] <= allowed:
            parent[b], inner[a], size[a] = a, weights[edge], size.get(a, 1) + size.get(b, 1)
    return margin


def felzenszwalb_cases():
    from skimage.segmentation import felzenszwalb

    cases = []
    # Shape, noise, options.
    settings = [
        ([24, 20, 3], 0.05, {"scale": 100, "sigma": 0.8, "minSize": 20}),
        ([24, 20, 3], 0.05, {"scale": 20, "sigma": 0.8, "minSize": 1}),
        ([24, 20, 3], 0.3, {"scale": 300, "sigma": 0.5, "minSize": 5}),
        ([20, 28, 3], 0.15, {"scale": 50, "sigma": 1.3, "minSize": 12}),
        ([18, 18, 1], 0.1, {"scale": 80, "sigma": 0.8, "minSize": 8}),
        ([12, 14, 2], 0.1, {"scale": 60, "sigma": 0.8, "minSize": 1000}),
        ([2, 40, 3], 0.1, {"scale": 60, "sigma": 0.8, "minSize": 4}),
        ([1, 30, 3], 0.1, {"scale": 40, "sigma": 0.6, "minSize": 2}),
    ]
    for shape, noise, options in settings:
        name = " ".join(["felzenszwalb", str(shape), f"noise {noise}", *(f"{key} {value}" for key, value in options.items())])
        rng = generator("segmentation", name)
        height, width, channels = shape
        # A slope, a disc, a box and noise.
        y, x = numpy.mgrid[0:height, 0:width]
        image = numpy.repeat((0.2 + 0.2 * x / width)[:, :, None], channels, axis=2)
        image[(y - height * 0.4) ** 2 + (x - width * 0.3) ** 2 < (min(height, width) * 0.25) ** 2] = rng.uniform(0, 1, channels)
        image[(y > height * 0.6) & (x > width * 0.5) & (x < width * 0.9)] = rng.uniform(0, 1, channels)
        image = (numpy.clip(image + rng.normal(0, noise, shape), 0, 1) * 4096).round() / 4096
        margin = closest_call(image, options["sigma"], options["scale"])
        assert margin > MARGIN, f"{name}: an edge is on the fence ({margin:.1g})"
        labels = felzenszwalb(image, scale=options["scale"], sigma=options["sigma"], min_size=options["minSize"])
        cases.append({"name": name, "op": "felzenszwalb", "options": options, "inputs": {"image": exact(image)}, "labels": exact(labels)})
    return cases


def component_cases():
    from skimage.measure import label

    cases = []
    for around, connectivity in [(4, 1), (8, 2)]:
        name = f"connectedComponents neighbors {around}"
        labels = generator("segmentation", name).integers(0, 3, [15, 18])
        # Background −1 is no label: every pixel belongs to a component.
        components = label(labels, connectivity=connectivity, background=-1) - 1
        cases.append({
            "name": name,
            "op": "connectedComponents",
            "options": {"neighbors": around},
            "inputs": {"labels": exact(labels)},
            "output": exact(components),
        })
    return cases


def color_cases():
    from skimage.color import rgb2hsv, rgb2lab

    cases = []
    for op, convert in [("rgbToHsv", rgb2hsv), ("rgbToLab", rgb2lab)]:
        image = uniform(generator("segmentation", op), [6, 8, 3], 0, 1)
        # Corners of the cube, grays and two channels alike.
        image[0] = [[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]]
        image[1, :4] = [[0.5, 0.5, 0.5], [0.25, 0.75, 0.75], [0.015625, 0.03125, 0.0078125], [0.75, 0.25, 0.5]]
        cases.append({"name": op, "op": op, "options": {}, "inputs": {"image": exact(image)}, "output": array(convert(image))})
    return cases


def segmentation():
    return felzenszwalb_cases() + component_cases() + color_cases()


SLUGS = {"segmentation": segmentation}
