"""Goldens of resizing and unpooling, from PyTorch; of resizing from OpenCV and Pillow, too."""
import cv2
import numpy
import torch
import torch.nn.functional as F
from PIL import Image

from cases import differentiated, distinct, generator, normal
from ops import channels_first, channels_last, pair

MODES = {"nearest": "nearest", "nearestExact": "nearest-exact", "bilinear": "bilinear", "bicubic": "bicubic"}


def resize():
    cases = []
    # x [N, H, W, C], settings: up, down, both at once, by whole factors and by others.
    settings = [
        ([2, 3, 2, 3], {"scale": 2}),
        ([1, 3, 2, 2], {"scale": 3}),
        ([1, 4, 5, 2], {"scale": 1.5}),
        ([1, 5, 4, 1], {"scale": [2.6, 1.25]}),
        ([1, 9, 8, 1], {"scale": 0.6}),
        ([1, 6, 8, 1], {"scale": 0.5}),
        ([1, 5, 7, 1], {"size": [8, 10]}),
        ([2, 9, 7, 1], {"size": [4, 3]}),
        ([1, 7, 3, 2], {"size": [3, 8]}),
        ([1, 4, 6, 1], {"size": [4, 9]}),
        ([1, 3, 5, 2], {"size": [1, 1]}),
        ([1, 1, 2, 3], {"size": [4, 5]}),
    ]
    for mode, theirs in MODES.items():
        for size, options in settings:
            for align in (False, True) if theirs in ("bilinear", "bicubic") else (None,):
                options_here = {**options, "mode": mode, **({} if align is None else {"alignCorners": align})}
                name = " ".join(["resize", str(size), *(f"{key} {value}" for key, value in options_here.items())])
                rng = generator("resize", name)
                target = {"size": options.get("size"), "scale_factor": options.get("scale")}
                if isinstance(target["scale_factor"], list):
                    target["scale_factor"] = [float(factor) for factor in target["scale_factor"]]
                forward = lambda x: channels_last(F.interpolate(channels_first(x), **target, mode=theirs, align_corners=align))
                cases.append(differentiated(rng, name, "resize", {"x": normal(rng, size)}, forward, options_here))
    return cases


def max_unpool2d():
    cases = []
    # The image that is pooled [N, H, W, C], the pooling, and whether the image's size is handed over.
    settings = [
        ([2, 4, 6, 3], {"size": 2}),
        ([1, 5, 7, 4], {"size": 2}),
        ([1, 7, 8, 2], {"size": 2, "stride": 3}),
        ([1, 6, 6, 5], {"size": [2, 3]}),
        ([1, 7, 7, 3], {"size": 3, "padding": 1}),
        # Windows overlap: maxima of several of them may stand in one place.
        ([2, 7, 5, 2], {"size": 3, "stride": 2}),
        ([1, 6, 6, 3], {"size": 3, "stride": 2, "padding": 1}),
        ([1, 5, 6, 2], {"size": 3, "stride": 1}),
    ]
    for size, options in settings:
        name = " ".join(["maxUnpool2d", str(size), *(f"{key} {value}" for key, value in options.items())])
        rng = generator("maxUnpool2d", name)
        window = [pair(options["size"]), pair(options.get("stride", options["size"])), pair(options.get("padding", 0))]
        image = torch.tensor(distinct(rng, size), dtype=torch.float64)
        pooled, indices = F.max_pool2d(channels_first(image), *window, return_indices=True)
        values = normal(rng, list(channels_last(pooled).shape))
        options_here = {**options, "outputSize": size[1:3]}
        unpooled = lambda x: channels_last(F.max_unpool2d(channels_first(x), indices, *window, output_size=size[1:3]))
        case = differentiated(rng, name, "maxUnpool2d", {"x": values}, unpooled, options_here, indices=channels_last(indices))
        if any(length > step for length, step in zip(window[0], window[1])):
            # PyTorch gives values that were overwritten a gradient as well.
            del case["gradients"], case["upstream"]
        cases.append(case)
    return cases


def resize_libraries():
    """What OpenCV and Pillow make of the same images: their conventions of where pixels lie, of A and of borders."""
    cases = []
    enlarged = [([4, 5, 1], [8, 10]), ([5, 4, 3], [13, 7]), ([3, 6, 2], [3, 16]), ([6, 3, 1], [17, 11])]
    reduced = [([9, 8, 1], [4, 5]), ([7, 11, 3], [3, 4])]

    def case(library, mode, size, target, options, result, **extra):
        name = f"{library} {mode} {size} to {target}"
        image = torch.tensor(normal(generator("resizeLibraries", name), size), dtype=torch.float32).numpy()
        given = {"shape": [1, *size], "data": image.ravel().tolist()}
        values = {"shape": [1, *target, size[2]], "data": [float(f"{value:.9g}") for value in result(image).ravel().tolist()]}
        cases.append({"name": name, "op": "resize", "options": {"size": target, "mode": mode, **options}, "inputs": {"x": given}, "output": values, **extra})

    # OpenCV: half-pixel centers, A = -0.75, the border's pixels repeated; without antialiasing also where the image is reduced.
    for mode, theirs in {"bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC}.items():
        for size, target in enlarged + reduced:
            case("OpenCV", mode, size, target, {}, lambda image: cv2.resize(image, (target[1], target[0]), interpolation=theirs))
    # Pillow: half-pixel centers, A = -0.5. It always antialiases, which changes nothing where an image is enlarged; taps beyond the border
    # are left out and the others weigh more, so only pixels of which all taps lie inside are compared.
    for mode, theirs, reach in (("bilinear", Image.Resampling.BILINEAR, 1), ("bicubic", Image.Resampling.BICUBIC, 2)):
        for size, target in enlarged:
            whole = lambda image: numpy.stack([numpy.asarray(Image.fromarray(image[..., c]).resize((target[1], target[0]), theirs)) for c in range(size[2])], axis=-1)
            inside = [[i for i in range(count) if reach - 0.5 <= (i + 0.5) * length / count <= length - reach + 0.5] for length, count in zip(size, target)]
            assert all(inside)
            case("Pillow", mode, size, target, {"cubic": -0.5} if mode == "bicubic" else {}, whole, inside=inside)
    return cases


SLUGS = {"resizeLibraries": resize_libraries, "resize": resize, "maxUnpool2d": max_unpool2d}
