"""Goldens of the differentiable operations, from PyTorch."""
import numpy
import torch
import torch.nn.functional as F

from cases import avoid, differentiated, distinct, generator, normal, uniform


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def pair(value):
    return list(value) if isinstance(value, (list, tuple)) else [value, value]


def elementwise():
    cases = []
    same, last, rows = ([2, 3, 4], [2, 3, 4]), ([2, 3, 4, 5], [5]), ([2, 3, 4, 5], [2, 1, 1, 5])
    outer, scalar, swapped, inner = ([4, 1], [1, 3]), ([2, 3], []), ([], [3, 2]), ([2, 3, 1, 4], [3, 5, 4])
    both = {
        "add": (torch.add, [same, last, outer, scalar, swapped, inner]),
        "subtract": (torch.sub, [same, last, outer, scalar, swapped]),
        "multiply": (torch.mul, [same, rows, outer, scalar, swapped, inner]),
        "divide": (torch.div, [same, rows, outer, scalar, swapped]),
        "maximum": (torch.maximum, [same, last, outer, scalar]),
        "minimum": (torch.minimum, [same, last, outer, scalar]),
    }
    for op, (function, shapes) in both.items():
        for left, right in shapes:
            name = f"{op} {left} {right}"
            rng = generator("elementwise", name)
            a, b = normal(rng, left), normal(rng, right)
            if op == "divide":
                b = avoid(b, [0], 1 / 4)
            if op in ("maximum", "minimum"):
                # a on odd and b on even multiples of 1/16: never equal, and never closer than that.
                a, b = (a * 8).round() / 8 + 1 / 16, (b * 8).round() / 8
            cases.append(differentiated(rng, name, op, {"a": a, "b": b}, lambda a, b: function(a, b)))

    def one(op, function, values, note="", **options):
        name = " ".join([op, *(f"{key} {value}" for key, value in options.items())]) + note
        rng = generator("elementwise", name)
        cases.append(differentiated(rng, name, op, {"x": values(rng)}, lambda x: function(x), options))

    shape = [2, 3, 4]
    positive = lambda rng: uniform(rng, shape, 1 / 4, 4)
    signed = lambda rng: avoid(normal(rng, shape, 1.5), [0])
    wide = lambda rng: normal(rng, shape, 4)
    one("exp", torch.exp, lambda rng: normal(rng, shape))
    one("log", torch.log, positive)
    one("sqrt", torch.sqrt, positive)
    one("log1p", torch.log1p, positive)
    for exponent, values in {2: signed, 3: signed, 0.5: positive, -1: positive, 2.5: positive}.items():
        one("pow", lambda x: torch.pow(x, exponent), values, exponent=exponent)
    one("pow", lambda x: torch.pow(x, -1), lambda rng: -positive(rng), ", negative base", exponent=-1)
    one("abs", torch.abs, signed)
    for options in ({"min": -0.5, "max": 0.75}, {"min": -0.25}, {"max": 1}):
        one("clamp", lambda x: torch.clamp(x, **options), lambda rng: avoid(normal(rng, shape), options.values()), **options)
    one("negate", torch.neg, wide)
    one("relu", torch.relu, signed)
    for slope in (0.01, 0.2):
        one("leakyRelu", lambda x: F.leaky_relu(x, slope), signed, slope=slope)
    one("sigmoid", torch.sigmoid, wide)
    one("softplus", lambda x: F.softplus(x, threshold=1e9), wide)
    one("tanh", torch.tanh, lambda rng: normal(rng, shape, 1.5))
    one("relu6", F.relu6, lambda rng: avoid(normal(rng, shape, 4), [0, 6]))
    for alpha in (1, 0.25):
        one("elu", lambda x: F.elu(x, alpha), signed, alpha=alpha)
    one("hardSigmoid", F.hardsigmoid, lambda rng: avoid(normal(rng, shape, 3), [-3, 3]))
    one("hardSwish", F.hardswish, lambda rng: avoid(normal(rng, shape, 3), [-3, 3]))
    one("silu", F.silu, wide)
    for approximate in ("none", "tanh"):
        one("gelu", lambda x: F.gelu(x, approximate=approximate), lambda rng: normal(rng, shape, 2), approximate=approximate)
    for channels in (1, 4):
        name = f"prelu {shape} {channels}"
        rng = generator("elementwise", name)
        inputs = {"x": signed(rng), "slope": uniform(rng, [channels], 0, 1)}
        # PyTorch takes the second axis for the channels.
        cases.append(differentiated(rng, name, "prelu", inputs, lambda x, slope: F.prelu(x.movedim(-1, 1), slope).movedim(1, -1)))
    for condition, left, right in (([2, 3, 4], [2, 3, 4], [2, 3, 4]), ([3, 1], [2, 3, 4], [4]), ([4], [3, 1], [])):
        name = f"where {condition} {left} {right}"
        rng = generator("elementwise", name)
        inputs = {"condition": rng.permutation(numpy.arange(numpy.prod(condition)) % 2).reshape(condition), "a": normal(rng, left), "b": normal(rng, right)}
        forward = lambda condition, a, b: torch.where(condition != 0, a, b)
        cases.append(differentiated(rng, name, "where", inputs, forward, wanted=["a", "b"]))
    return cases


def reduce():
    cases = []

    def add(op, function, shape, values=normal, **options):
        name = " ".join([op, str(shape), *(f"{key} {value}" for key, value in options.items())])
        rng = generator("reduce", name)
        cases.append(differentiated(rng, name, op, {"x": values(rng, shape)}, function, options))

    torch_names = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax, "min": torch.amin, "logSumExp": torch.logsumexp}
    settings = [
        ([2, 3, 4], {}),
        ([2, 3, 4], {"keepDims": True}),
        ([2, 3, 4], {"axes": [0]}),
        ([2, 3, 4], {"axes": [1], "keepDims": True}),
        ([2, 3, 4], {"axes": [-1]}),
        ([2, 3, 4, 5], {"axes": [1, 2]}),
        ([2, 3, 4, 5], {"axes": [0, 1, 2]}),
        ([2, 3, 4, 5], {"axes": [0, -1], "keepDims": True}),
        # Longer than one thread's share.
        ([3, 150, 2], {"axes": [1]}),
        ([7], {"axes": [0]}),
    ]
    for op, function in torch_names.items():
        for shape, options in settings:
            axes = options.get("axes", list(range(len(shape))))
            call = lambda x: function(x, dim=axes, keepdim=options.get("keepDims", False))
            add(op, call, shape, distinct if op in ("max", "min") else normal, **options)
    for op, function in {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}.items():
        for shape, axis in (([5], -1), ([3, 4], -1), ([2, 3, 4], 1), ([2, 3, 2, 5], -1), ([2, 3, 2, 5], 1)):
            add(op, lambda x: function(x, dim=axis), shape, lambda rng, shape: normal(rng, shape, 2), axis=axis)
        # Scores whose exponentials overflow float32.
        add(op, lambda x: function(x, dim=-1), [3, 3], lambda rng, shape: normal(rng, shape, 60), axis=-1)
    for shape, options in (
        ([7], {}),
        ([2, 3, 4], {"axes": [1], "correction": 0}),
        ([2, 3, 4], {"axes": [0, -1], "keepDims": True}),
        ([3, 150, 2], {"axes": [1], "correction": 1}),
    ):
        axes = options.get("axes", list(range(len(shape))))
        keep = options.get("keepDims", False)
        add("variance", lambda x: torch.var(x, dim=axes, keepdim=keep, correction=options.get("correction", 1)), shape, **options)
    for shape, axis in (([5], 0), ([3, 17], -1), ([2, 9, 4], 1)):
        add("cumulativeSum", lambda x: torch.cumsum(x, axis), shape, axis=axis)
        add("cumulativeSum", lambda x: torch.cumsum(x.flip(axis), axis).flip(axis), shape, axis=axis, reverse=True)

    def ranked(result):
        return result.values, {"indices": result.indices}

    for shape, axis in (([6], 0), ([3, 7], -1), ([2, 5, 4], 1)):
        for other in (False, True):
            add("sort", lambda x: ranked(torch.sort(x, dim=axis, descending=other)), shape, distinct, axis=axis, descending=other)
            add("topK", lambda x: ranked(torch.topk(x, 3, dim=axis, largest=other)), shape, distinct, k=3, axis=axis, largest=other)
    return cases


def matmul():
    cases = []
    settings = [
        ([3, 4], [4, 5], {}),
        ([1, 7], [7, 1], {}),
        ([17, 9], [9, 12], {}),
        ([2, 3, 4], [2, 4, 5], {}),
        ([2, 3, 4], [4, 5], {}),
        ([3, 4], [2, 4, 5], {}),
        ([1, 3, 4], [3, 4, 2], {}),
        ([2, 1, 3, 4], [3, 4, 2], {}),
        ([4, 3], [4, 5], {"transposeA": True}),
        ([3, 4], [5, 4], {"transposeB": True}),
        ([4, 3], [5, 4], {"transposeA": True, "transposeB": True}),
        ([2, 4, 3], [2, 4, 5], {"transposeA": True}),
        ([2, 3, 4], [2, 5, 4], {"transposeB": True}),
        ([2, 4, 3], [5, 4], {"transposeA": True, "transposeB": True}),
    ]
    for left, right, options in settings:
        name = " ".join(["matmul", str(left), str(right), *options])
        rng = generator("matmul", name)

        def forward(a, b):
            a = a.transpose(-1, -2) if options.get("transposeA") else a
            return a @ (b.transpose(-1, -2) if options.get("transposeB") else b)

        cases.append(differentiated(rng, name, "matmul", {"a": normal(rng, left), "b": normal(rng, right)}, forward, options))
    return cases


def shape():
    cases = []

    def add(op, function, shapes, **options):
        name = " ".join([op, *map(str, shapes), *(f"{key} {value}" for key, value in options.items())])
        rng = generator("shape", name)
        keys = "abc" if op in ("concat", "stack") else "x"
        inputs = {key: normal(rng, size) for key, size in zip(keys, shapes)}
        cases.append(differentiated(rng, name, op, inputs, lambda **tensors: function(*tensors.values()), options))

    for source, target in (([3, 4], [2, 6]), ([2, 3, 4, 5], [6, 20]), ([24], [2, 3, 1, 4]), ([2, 3, 4], [-1, 2]), ([1, 1], [])):
        add("reshape", lambda x: x.reshape(target), [source], shape=target)
    for source, axes in (([3, 4], [1, 0]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4, 5], [0, 3, 1, 2]), ([2, 3, 4, 5], [3, 1, 0, 2]), ([2, 1, 3], [0, 1, 2])):
        add("permute", lambda x: x.permute(axes), [source], axes=axes)
    for shapes, axis in (
        ([[2, 3], [4, 3], [1, 3]], 0),
        ([[2, 3], [2, 1], [2, 4]], 1),
        ([[2, 3, 4, 5], [2, 3, 4, 2], [2, 3, 4, 1]], -1),
        ([[2, 1, 4, 5], [2, 3, 4, 5], [2, 2, 4, 5]], 1),
        ([[3], [2]], 0),
    ):
        add("concat", lambda *tensors: torch.cat(tensors, dim=axis), shapes, axis=axis)

    def sliced(x, start=(), end=(), step=()):
        at = lambda values, axis: values[axis] if axis < len(values) else None
        return x[tuple(slice(at(start, axis), at(end, axis), at(step, axis)) for axis in range(x.ndim))]

    for source, options in (
        ([7], {"start": [1], "end": [6], "step": [2]}),
        ([5, 6], {"start": [1, 2], "end": [4, 6], "step": [1, 1]}),
        ([5, 6], {"start": [0, 1], "end": [5, 6], "step": [2, 3]}),
        ([2, 6, 7, 3], {"start": [0, 1, 2, 0], "end": [2, 6, 7, 2], "step": [1, 2, 3, 1]}),
        ([2, 6, 7, 3], {"start": [1]}),
        ([4, 5, 3], {"start": [-3, 0, -2], "end": [-1, 5]}),
    ):
        add("slice", lambda x: sliced(x, **options), [source], **options)
    for source, padding, value in (
        ([4], [[2, 1]], 0),
        ([2, 3], [[1, 2], [0, 3]], 0.5),
        ([2, 3, 4, 2], [[0, 0], [1, 1], [2, 0], [0, 0]], 0),
        ([1, 3, 2, 3], [[1, 0], [0, 2], [1, 1], [0, 1]], -1),
    ):
        # PyTorch lists the last axis first.
        flat = [count for both in reversed(padding) for count in both]
        add("pad", lambda x: F.pad(x, flat, value=value), [source], padding=padding, value=value)
    for source, padding, mode in (
        ([2, 4, 5, 3], [[0, 0], [3, 2], [1, 4], [0, 0]], "reflect"),
        ([1, 3, 2, 2], [[0, 0], [1, 4], [3, 0], [0, 0]], "replicate"),
    ):
        flat = [*padding[2], *padding[1]]
        add("pad", lambda x: channels_last(F.pad(channels_first(x), flat, mode=mode)), [source], padding=padding, mode=mode)
    for source, indices, axis in (
        ([6], [5, 0, 0, 3], 0),
        ([4, 3], [2, 0, 3, 2, 1], 0),
        ([4, 3], [1, 1], 1),
        ([2, 3, 4], [2, 0], -2),
        ([2, 3, 4, 5], [3, 0, 3], 2),
        ([2, 3, 4, 5], [4, 1, 0, 4, 2, 2], -1),
    ):
        add("gather", lambda x: torch.index_select(x, axis, torch.tensor(indices)), [source], indices=indices, axis=axis)
    for source, axes in (([5], [0]), ([3, 4], [0, 1]), ([2, 3, 4, 5], [2])):
        add("flip", lambda x: torch.flip(x, axes), [source], axes=axes)
    for source, axis in (([4], 0), ([2, 3], 1), ([2, 3, 4], -1)):
        add("stack", lambda *tensors: torch.stack(tensors, dim=axis), [source] * 3, axis=axis)
    for source, sizes, axis in (([7], [3, 4], 0), ([2, 6, 3], [1, 2, 3], 1), ([2, 7], 3, -1)):
        for part in range(2):
            add("split", lambda x: torch.split(x, sizes, dim=axis)[part], [source], sizes=sizes, axis=axis, part=part)
    for source, indices, axis, size in (
        ([4], [2, 0, 0, 3], 0, 5),
        ([5, 3], [1, 1, 0, 3, 1], 0, 4),
        ([2, 6, 4], [2, 2, 5, 0, 2, 1], 1, 7),
        ([3, 2, 3], [0, 1, 0], -1, 2),
    ):

        def scattered(x):
            target = [size if i == axis % x.ndim else count for i, count in enumerate(x.shape)]
            return torch.zeros(target, dtype=x.dtype).index_add(axis, torch.tensor(indices), x)

        add("scatterAdd", scattered, [source], indices=indices, axis=axis, size=size)
    for source, indices in (([5, 3], [4, 0, 4]), ([7, 4], [[1, 6, 1], [0, 2, 2]])):
        add("embedding", lambda x: F.embedding(torch.tensor(indices), x), [source], indices=indices)
    return cases


def conv2d():
    cases = []
    # name, x [N, H, W, C], window, output channels, whether there is a bias, settings
    settings = [
        ("1x1", [2, 3, 4, 3], [1, 1], 8, True, {}),
        ("1x1 one channel", [1, 3, 3, 1], [1, 1], 1, False, {}),
        ("1x1 stride 2", [2, 5, 4, 4], [1, 1], 5, False, {"stride": 2}),
        ("3x3 without padding", [1, 6, 5, 3], [3, 3], 4, True, {}),
        ("3x3 padding 1", [2, 4, 5, 3], [3, 3], 4, True, {"padding": 1}),
        ("3x3 padding 1, 8 to 8", [1, 4, 3, 8], [3, 3], 8, False, {"padding": 1}),
        ("3x3 padding 1, 5 to 1", [1, 4, 5, 5], [3, 3], 1, True, {"padding": 1}),
        ("3x3 padding 1, 1 to 5", [2, 4, 4, 1], [3, 3], 5, True, {"padding": 1}),
        ("3x3 stride 2, odd size", [1, 5, 7, 3], [3, 3], 8, True, {"stride": 2, "padding": 1}),
        ("3x3 stride 2, even size", [1, 6, 4, 4], [3, 3], 4, False, {"stride": 2, "padding": 1}),
        ("3x3 stride 3 leaves a rest", [1, 8, 9, 1], [3, 3], 3, True, {"stride": 3}),
        ("5x5 stride 2 padding 2", [1, 5, 6, 3], [5, 5], 4, True, {"stride": 2, "padding": 2}),
        ("3x3 dilation 2", [1, 6, 5, 4], [3, 3], 3, True, {"dilation": 2, "padding": 2}),
        ("3x2 dilation [1, 3] stride [2, 1]", [1, 7, 8, 2], [3, 2], 3, False, {"dilation": [1, 3], "stride": [2, 1], "padding": [1, 2]}),
        ("groups 2", [2, 3, 4, 4], [3, 3], 8, True, {"groups": 2, "padding": 1}),
        ("groups 2, stride 2", [1, 5, 6, 8], [3, 3], 4, False, {"groups": 2, "padding": 1, "stride": 2}),
        ("depthwise", [2, 4, 3, 5], [3, 3], 5, True, {"groups": 5, "padding": 1}),
        ("depthwise, stride 2 dilation 2", [1, 8, 7, 3], [3, 3], 3, False, {"groups": 3, "padding": 2, "stride": 2, "dilation": 2}),
        ("depthwise, two outputs a channel", [1, 4, 4, 4], [3, 3], 8, True, {"groups": 4, "padding": 1}),
        ("1x3 stride [1, 2] padding [0, 1]", [2, 4, 7, 3], [1, 3], 4, True, {"stride": [1, 2], "padding": [0, 1]}),
        ("3x1 stride [2, 1] padding [1, 0]", [1, 6, 4, 5], [3, 1], 4, False, {"stride": [2, 1], "padding": [1, 0]}),
        ("window as large as the image", [2, 4, 3, 3], [4, 3], 5, True, {}),
        ("2x2 padding 2, beyond the window", [1, 3, 3, 2], [2, 2], 3, True, {"padding": 2}),
        ("3x3 same", [1, 5, 4, 3], [3, 3], 4, True, {"padding": "same"}),
        ("4x2 same dilation [1, 3]", [1, 6, 5, 2], [4, 2], 3, False, {"padding": "same", "dilation": [1, 3]}),
        ("3x3 stride 2 padding [[0, 1], [0, 1]]", [2, 6, 4, 3], [3, 3], 4, True, {"stride": 2, "padding": [[0, 1], [0, 1]]}),
        ("depthwise, stride 2 padding [[0, 1], [1, 2]]", [1, 6, 5, 4], [3, 3], 4, True, {"stride": 2, "padding": [[0, 1], [1, 2]], "groups": 4}),
        ("3x3 reflect", [1, 4, 5, 3], [3, 3], 2, True, {"padding": [2, 1], "paddingMode": "reflect"}),
        ("3x3 stride 2 replicate", [2, 4, 3, 2], [3, 3], 3, False, {"stride": 2, "padding": 1, "paddingMode": "replicate"}),
    ]
    for name, size, window, out_channels, has_bias, options in settings:
        rng = generator("conv2d", name)
        groups = options.get("groups", 1)
        inputs = {"x": normal(rng, size), "weight": normal(rng, [*window, size[3] // groups, out_channels], 0.5)}
        if has_bias:
            inputs["bias"] = normal(rng, [out_channels])

        def forward(x, weight, bias=None):
            settings = {key: value for key, value in options.items() if key != "paddingMode"}
            x = channels_first(x)
            padding = options.get("padding", 0)
            if "paddingMode" in options or isinstance(padding, list) and isinstance(padding[0], list):
                sides = [side if isinstance(side, list) else [side, side] for side in pair(padding)]
                mode = options.get("paddingMode", "constant")
                x = F.pad(x, [*sides[1], *sides[0]], mode=mode)
                settings.pop("padding")
            return channels_last(F.conv2d(x, weight.permute(3, 2, 0, 1).contiguous(), bias, **settings))

        cases.append(differentiated(rng, name, "conv2d", inputs, forward, options))
    return cases


def pool():
    cases = []
    settings = [
        ([2, 4, 6, 3], {"size": 2}),
        ([1, 5, 7, 4], {"size": 2}),
        ([1, 5, 6, 3], {"size": 3, "stride": 2, "padding": 1}),
        ([2, 7, 5, 1], {"size": 3, "stride": 1, "padding": 1}),
        ([1, 6, 8, 5], {"size": [2, 3], "stride": [1, 2], "padding": [1, 0]}),
        ([1, 8, 8, 2], {"size": 2, "stride": 3}),
        ([2, 3, 4, 8], {"size": [3, 4]}),
        ([1, 6, 7, 3], {"size": 3, "stride": 2, "ceilMode": True}),
        ([1, 5, 5, 2], {"size": 2, "stride": 3, "padding": 1, "ceilMode": True}),
        ([2, 7, 6, 2], {"size": 3, "stride": [2, 3], "padding": [1, 0], "ceilMode": True}),
        ([1, 9, 8, 3], {"size": [3, 2], "stride": 1, "padding": [1, 1], "dilation": [2, 3]}),
        ([1, 8, 9, 2], {"size": 2, "stride": [3, 2], "padding": [0, 1], "dilation": [3, 2], "ceilMode": True}),
    ]

    def add(op, size, options, forward):
        name = " ".join([op, str(size), *(f"{key} {value}" for key, value in options.items())])
        rng = generator("pool", name)
        cases.append(differentiated(rng, name, op, {"x": distinct(rng, size)}, forward, options))

    for size, options in settings:
        window = [pair(options["size"]), pair(options.get("stride", options["size"])), pair(options.get("padding", 0))]

        ceil_mode = options.get("ceilMode", False)
        dilation = pair(options.get("dilation", 1))

        def largest(x):
            output, indices = F.max_pool2d(channels_first(x), *window, dilation, ceil_mode=ceil_mode, return_indices=True)
            return channels_last(output), {"indices": channels_last(indices)}

        add("maxPool2d", size, options, largest)
    for size, options in settings:
        if "dilation" in options:
            continue  # PyTorch has none for means.
        window = [pair(options["size"]), pair(options.get("stride", options["size"])), pair(options.get("padding", 0))]
        for count in (True, False) if "padding" in options else (True,):
            ceil_mode = options.get("ceilMode", False)
            average = lambda x: channels_last(F.avg_pool2d(channels_first(x), *window, ceil_mode=ceil_mode, count_include_pad=count))
            add("avgPool2d", size, {**options, "countIncludePad": count}, average)
    for size, target in (([2, 4, 6, 3], [2, 3]), ([1, 5, 7, 4], [3, 2]), ([1, 3, 4, 2], [5, 6]), ([1, 10, 13, 2], [6, 1])):

        def largest_bins(x):
            output, indices = F.adaptive_max_pool2d(channels_first(x), target, return_indices=True)
            return channels_last(output), {"indices": channels_last(indices)}

        add("adaptiveMaxPool2d", size, {"size": target}, largest_bins)
        add("adaptiveAvgPool2d", size, {"size": target}, lambda x: channels_last(F.adaptive_avg_pool2d(channels_first(x), target)))
    return cases


def normalize():
    cases = []

    def affine(rng, channels):
        return {"scale": uniform(rng, [channels], 1 / 2, 2), "shift": normal(rng, [channels])}

    for size, epsilon in (([2, 3, 4, 5], 1e-5), ([1, 5, 3, 1], 1e-5), ([4, 2, 2, 8], 1e-3)):
        name = f"batchNorm2d {size} epsilon {epsilon}"
        rng = generator("normalize", name)
        channels = size[3]
        inputs = {"x": normal(rng, size, 2) + normal(rng, [channels], 3), **affine(rng, channels)}

        def training(x, scale, shift):
            mean, variance = torch.zeros(channels, dtype=torch.float64), torch.ones(channels, dtype=torch.float64)
            output = F.batch_norm(channels_first(x), mean, variance, scale, shift, training=True, momentum=0.1, eps=epsilon)
            statistics = {
                "mean": x.mean(dim=(0, 1, 2)),
                "variance": x.var(dim=(0, 1, 2), correction=0),
                "runningMean": mean,
                "runningVariance": variance,
            }
            return channels_last(output), statistics

        cases.append(differentiated(rng, name, "batchNorm2d", inputs, training, {"epsilon": epsilon, "momentum": 0.1}))

    for size, epsilon in (([2, 3, 4, 5], 1e-5), ([1, 2, 3, 8], 1e-3)):
        name = f"batchNorm2dEvaluate {size} epsilon {epsilon}"
        rng = generator("normalize", name)
        channels = size[3]
        statistics = {"mean": normal(rng, [channels]), "variance": uniform(rng, [channels], 1 / 4, 4)}
        inputs = {"x": normal(rng, size, 2), **affine(rng, channels), **statistics}

        def evaluation(x, scale, shift, mean, variance):
            return channels_last(F.batch_norm(channels_first(x), mean, variance, scale, shift, training=False, eps=epsilon))

        wanted = ["x", "scale", "shift"]
        cases.append(differentiated(rng, name, "batchNorm2dEvaluate", inputs, evaluation, {"epsilon": epsilon}, wanted))

    for size, groups, epsilon in (([2, 3, 4, 8], 4, 1e-5), ([2, 3, 2, 6], 1, 1e-5), ([2, 4, 3, 5], 5, 1e-5), ([1, 3, 3, 6], 3, 1e-3)):
        name = f"groupNorm {size} groups {groups} epsilon {epsilon}"
        rng = generator("normalize", name)
        inputs = {"x": normal(rng, size, 2) + normal(rng, [size[3]], 2), **affine(rng, size[3])}
        forward = lambda x, scale, shift: channels_last(F.group_norm(channels_first(x), groups, scale, shift, epsilon))
        cases.append(differentiated(rng, name, "groupNorm", inputs, forward, {"groups": groups, "epsilon": epsilon}))

    for size, count, epsilon in (([3, 5], 1, 1e-5), ([2, 3, 4, 6], 1, 1e-3), ([2, 3, 4], 2, 1e-5)):
        name = f"layerNorm {size} last {count} epsilon {epsilon}"
        rng = generator("normalize", name)
        sizes = size[-count:]
        inputs = {"x": normal(rng, size, 2) + 1, "scale": uniform(rng, sizes, 1 / 2, 2), "shift": normal(rng, sizes)}
        forward = lambda x, scale, shift: F.layer_norm(x, sizes, scale, shift, epsilon)
        cases.append(differentiated(rng, name, "layerNorm", inputs, forward, {"epsilon": epsilon}))

    # Never one image alone: for it, PyTorch 2.14.1 takes a gradient in channels last for one in channels first, and gives a wrong one.
    for size, epsilon in (([2, 3, 4, 5], 1e-5), ([2, 2, 1, 3], 1e-3)):
        name = f"instanceNorm {size} epsilon {epsilon}"
        rng = generator("normalize", name)
        inputs = {"x": normal(rng, size, 2) + normal(rng, [size[3]], 2), **affine(rng, size[3])}
        forward = lambda x, scale, shift: channels_last(F.instance_norm(channels_first(x), None, None, scale, shift, eps=epsilon))
        cases.append(differentiated(rng, name, "instanceNorm", inputs, forward, {"epsilon": epsilon}))
    return cases


SLUGS = {
    "elementwise": elementwise,
    "reduce": reduce,
    "matmul": matmul,
    "shape": shape,
    "conv2d": conv2d,
    "pool": pool,
    "normalize": normalize,
}
