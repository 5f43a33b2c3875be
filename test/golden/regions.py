"""Goldens of pooling regions, from torchvision, and of reading maps at points."""
import numpy

from cases import GRID, avoid, differentiated, exact, generator, normal, uniform

# torchvision is imported where it is used, so that the other goldens need none.


def regions():
    import torch
    from torchvision import ops

    cases = []
    settings = [
        ("roiAlign", {"size": [2, 2], "stride": 8, "samples": 2, "aligned": True}),
        ("roiAlign", {"size": [3, 5], "stride": 4, "samples": 1, "aligned": True}),
        ("roiAlign", {"size": [2, 3], "stride": 8, "samples": 3, "aligned": False}),
        ("roiAlign", {"size": [2, 3], "stride": 8, "samples": "adaptive", "aligned": True}),
        ("roiAlign", {"size": [3, 2], "stride": 4, "samples": "adaptive", "aligned": False}),
        ("roiPool", {"size": [2, 2], "stride": 8}),
        ("roiPool", {"size": [3, 2], "stride": 4}),
    ]
    for op, options in settings:
        name = " ".join([op, *(f"{key} {value}" for key, value in options.items())])
        rng = generator("regions", name)
        height, width, count = 5, 7, 6
        # No two alike: a maximum is never a tie. Regions reach a little beyond the image, one is a point.
        features = rng.permutation(2 * height * width * 3).reshape(2, height, width, 3) / 16
        low = uniform(rng, [count, 2], -4, options["stride"] * 4)
        boxes = numpy.concatenate([low, low + uniform(rng, [count, 2], 1, options["stride"] * 4)], axis=1)
        boxes[-1, 2:] = boxes[-1, :2]
        images = rng.integers(0, 2, count)
        rois = torch.tensor(numpy.concatenate([images[:, None], boxes], axis=1), dtype=torch.float64)

        def forward(features):
            maps = features.permute(0, 3, 1, 2)
            scale = 1 / options["stride"]
            if op == "roiAlign":
                result = ops.roi_align(maps, rois, options["size"], scale, -1 if options["samples"] == "adaptive" else options["samples"], options["aligned"])
            else:
                result = ops.roi_pool(maps, rois, options["size"], scale)
            return result.permute(0, 2, 3, 1)

        cases.append(differentiated(rng, name, op, {"features": features}, forward, options, boxes=boxes, images=images))
    # Corners on halves of cells, on both sides of 0.
    rng = generator("regions", "roiPool halves")
    features = rng.permutation(5 * 7 * 2).reshape(1, 5, 7, 2) / 16
    low = rng.integers(-5, 9, [12, 2]) * 4
    boxes = numpy.concatenate([low, low + rng.integers(0, 9, [12, 2]) * 4], axis=1)
    rois = torch.tensor(numpy.concatenate([numpy.zeros([12, 1]), boxes], axis=1), dtype=torch.float64)
    options = {"size": [3, 2], "stride": 8}
    forward = lambda features: ops.roi_pool(features.permute(0, 3, 1, 2), rois, options["size"], 1 / 8).permute(0, 2, 3, 1)
    cases.append(differentiated(rng, "roiPool, corners on half cells", "roiPool", {"features": features}, forward, options, boxes=boxes, images=numpy.zeros(12)))
    return cases


def grid_sample():
    import torch
    import torch.nn.functional as F

    cases = []
    for align_corners in [False, True]:
        for padding in ["zeros", "border"]:
            options = {"alignCorners": align_corners, "padding": padding}
            name = " ".join(["gridSample", *(f"{key} {value}" for key, value in options.items())])
            rng = generator("gridSample", name)
            height, width = 5, 7
            features = normal(rng, [2, height, width, 3])
            grid = uniform(rng, [2, 4, 6, 2], -1.5, 1.5)
            # Away from the pixels' centers, at which a slope changes.
            for axis, cells in enumerate([width, height]):
                span = (cells - 1 if align_corners else cells) / 2
                kinks = [(cell - (cells - 1) / 2) / span for cell in range(-1, cells + 1)]
                grid[..., axis] = avoid(grid[..., axis], kinks, 1 / 32)

            def forward(x, grid):
                maps = F.grid_sample(x.permute(0, 3, 1, 2), grid, mode="bilinear", padding_mode=padding, align_corners=align_corners)
                return maps.permute(0, 2, 3, 1)

            cases.append(differentiated(rng, name, "gridSample", {"x": features, "grid": grid}, forward, options))
    return cases


SLUGS = {"regions": regions, "gridSample": grid_sample}
