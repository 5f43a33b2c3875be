"""Goldens of convolutions of signals and volumes and of transposed convolutions, from PyTorch."""
import torch.nn.functional as F

from cases import differentiated, generator, normal

OPERATIONS = {
    "conv1d": F.conv1d,
    "conv3d": F.conv3d,
    "convTranspose1d": F.conv_transpose1d,
    "convTranspose2d": F.conv_transpose2d,
    "convTranspose3d": F.conv_transpose3d,
}

# name, x [N, …sizes, C], window, output channels, whether there is a bias, settings
SETTINGS = {
    "conv1d": [
        ("1", [2, 5, 3], [1], 4, True, {}),
        ("3 padding 1", [2, 8, 4], [3], 4, True, {"padding": 1}),
        ("5 stride 2 padding 2", [1, 9, 3], [5], 5, False, {"stride": 2, "padding": 2}),
        ("2 stride 3, past the window", [2, 11, 2], [2], 3, True, {"stride": 3}),
        ("3 dilation 3", [1, 10, 3], [3], 2, False, {"dilation": 3, "padding": 1}),
        ("4 groups 2 stride 2 dilation 2", [2, 12, 4], [4], 6, True, {"groups": 2, "stride": 2, "dilation": 2, "padding": 3}),
        ("depthwise", [2, 7, 5], [3], 5, True, {"groups": 5, "padding": 1}),
        ("window as long as the signal", [3, 6, 2], [6], 3, True, {}),
    ],
    "conv3d": [
        ("1x1x1", [2, 2, 3, 2, 3], [1, 1, 1], 4, True, {}),
        ("3x3x3 padding 1", [1, 4, 4, 3, 2], [3, 3, 3], 4, True, {"padding": 1}),
        ("3x3x3 stride 2 padding 1", [1, 5, 4, 6, 2], [3, 3, 3], 3, False, {"stride": 2, "padding": 1}),
        ("2x1x3 stride [3, 2, 1], past the window", [2, 5, 4, 4, 2], [2, 1, 3], 2, True, {"stride": [3, 2, 1]}),
        ("3x2x2 dilation [2, 1, 3]", [1, 6, 3, 5, 2], [3, 2, 2], 3, False, {"dilation": [2, 1, 3], "padding": [1, 0, 1]}),
        ("2x3x2 groups 2 stride [2, 1, 2] dilation [1, 2, 1]", [1, 4, 6, 5, 4], [2, 3, 2], 4, True, {"groups": 2, "stride": [2, 1, 2], "dilation": [1, 2, 1], "padding": [1, 0, 1]}),
        ("depthwise", [1, 3, 3, 4, 3], [3, 3, 3], 3, True, {"groups": 3, "padding": 1}),
    ],
    "convTranspose1d": [
        ("1", [2, 5, 3], [1], 4, True, {}),
        ("3 padding 1", [2, 6, 4], [3], 4, True, {"padding": 1}),
        ("3 stride 2 padding 1 output padding 1", [1, 5, 3], [3], 5, True, {"stride": 2, "padding": 1, "outputPadding": 1}),
        ("2 stride 4 output padding 3, past the window", [2, 3, 2], [2], 3, True, {"stride": 4, "outputPadding": 3}),
        ("3 dilation 3 output padding 2", [1, 5, 3], [3], 2, False, {"dilation": 3, "padding": 1, "outputPadding": 2}),
        ("4 groups 2 stride 3 dilation 2", [2, 4, 4], [4], 6, True, {"groups": 2, "stride": 3, "dilation": 2, "padding": 3, "outputPadding": 1}),
        ("depthwise", [2, 5, 5], [4], 5, False, {"groups": 5, "stride": 2, "padding": 1}),
    ],
    "convTranspose2d": [
        ("1x1", [2, 3, 4, 3], [1, 1], 5, True, {}),
        ("1x1 stride 2 output padding 1", [1, 3, 2, 2], [1, 1], 3, True, {"stride": 2, "outputPadding": 1}),
        ("3x3", [1, 4, 3, 3], [3, 3], 4, True, {}),
        ("3x3 padding 1", [2, 4, 3, 5], [3, 3], 3, True, {"padding": 1}),
        ("2x2 stride 2, as U-Net goes up", [2, 3, 2, 8], [2, 2], 4, True, {"stride": 2}),
        ("4x4 stride 2 padding 1", [1, 4, 4, 4], [4, 4], 3, False, {"stride": 2, "padding": 1}),
        ("3x3 stride 2 padding 1", [1, 4, 3, 3], [3, 3], 4, True, {"stride": 2, "padding": 1}),
        ("3x3 stride 2 padding 1 output padding 1", [1, 4, 3, 3], [3, 3], 4, True, {"stride": 2, "padding": 1, "outputPadding": 1}),
        ("2x1 stride [3, 2] output padding [2, 1], past the window", [2, 3, 3, 2], [2, 1], 3, True, {"stride": [3, 2], "outputPadding": [2, 1]}),
        ("3x2 dilation [2, 3]", [1, 4, 3, 2], [3, 2], 3, False, {"dilation": [2, 3], "padding": [1, 2]}),
        ("2x2 dilation [3, 2] output padding [2, 1], past the stride", [1, 3, 4, 2], [2, 2], 3, True, {"dilation": [3, 2], "outputPadding": [2, 1]}),
        ("3x3 groups 2 stride 2", [2, 3, 3, 4], [3, 3], 6, True, {"groups": 2, "stride": 2, "padding": 1, "outputPadding": [1, 0]}),
        ("2x3 groups 3 dilation [2, 1] stride [1, 2]", [1, 4, 3, 6], [2, 3], 3, False, {"groups": 3, "dilation": [2, 1], "stride": [1, 2]}),
        ("depthwise, stride 2", [1, 3, 4, 5], [4, 4], 5, True, {"groups": 5, "stride": 2, "padding": 1}),
        ("depthwise, two outputs a channel, dilation 2", [1, 3, 3, 3], [3, 3], 6, False, {"groups": 3, "dilation": 2, "padding": 2}),
        ("2x2 padding 2, beyond the window", [1, 5, 6, 2], [2, 2], 3, True, {"padding": 2}),
        ("3x2 groups 2 dilation [2, 3] stride [3, 2] padding [2, 1] output padding [2, 1], all at once", [2, 3, 4, 4], [3, 2], 6, True, {"groups": 2, "dilation": [2, 3], "stride": [3, 2], "padding": [2, 1], "outputPadding": [2, 1]}),
    ],
    "convTranspose3d": [
        ("1x1x1", [2, 2, 3, 2, 3], [1, 1, 1], 4, True, {}),
        ("3x3x3 padding 1", [1, 3, 4, 3, 2], [3, 3, 3], 4, True, {"padding": 1}),
        ("2x2x2 stride 2", [1, 2, 3, 2, 3], [2, 2, 2], 3, True, {"stride": 2}),
        ("3x3x3 stride 2 padding 1 output padding 1", [1, 2, 2, 3, 2], [3, 3, 3], 3, True, {"stride": 2, "padding": 1, "outputPadding": 1}),
        ("2x1x3 stride [3, 2, 1], past the window", [2, 2, 2, 3, 2], [2, 1, 3], 2, True, {"stride": [3, 2, 1], "outputPadding": [2, 1, 0]}),
        ("3x2x2 dilation [2, 1, 3]", [1, 3, 3, 2, 2], [3, 2, 2], 3, False, {"dilation": [2, 1, 3], "padding": [1, 0, 2], "outputPadding": [1, 0, 2]}),
        ("2x3x2 groups 2 stride [2, 1, 2]", [1, 2, 3, 2, 4], [2, 3, 2], 4, True, {"groups": 2, "stride": [2, 1, 2], "dilation": [1, 2, 1], "padding": [1, 0, 1]}),
        ("depthwise", [1, 2, 3, 2, 3], [3, 3, 3], 3, True, {"groups": 3, "stride": 2}),
    ],
}


def cases(op):
    """The cases of one operation; only at its border are images [N, C, …] and weights turned to PyTorch's order of axes."""
    found = []
    operation, transposed = OPERATIONS[op], op.startswith("convTranspose")
    for name, size, window, out_channels, has_bias, options in SETTINGS[op]:
        rng = generator(op, name)
        rank, groups, in_channels = len(window), options.get("groups", 1), size[-1]
        last = [out_channels // groups, in_channels] if transposed else [in_channels // groups, out_channels]
        inputs = {"x": normal(rng, size), "weight": normal(rng, [*window, *last], 0.5)}
        if has_bias:
            inputs["bias"] = normal(rng, [out_channels])
        settings = {"output_padding" if key == "outputPadding" else key: value for key, value in options.items()}

        def forward(x, weight, bias=None):
            # [..., a, b] becomes [b, a, ...]: for a convolution a and b are inputs and outputs, for a transposed one the reverse.
            turned = weight.permute(rank + 1, rank, *range(rank)).contiguous()
            return operation(x.movedim(-1, 1), turned, bias, **settings).movedim(1, -1)

        found.append(differentiated(rng, name, op, inputs, forward, options))
    return found


SLUGS = {op: lambda op=op: cases(op) for op in OPERATIONS}
