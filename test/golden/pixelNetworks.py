"""The networks that give every pixel a class, in PyTorch: of the goldens, and of the training steps that the bench compares."""
import torch
from torch import nn
from torch.nn import functional


def block(inputs, outputs, size=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


def blocks(*channels):
    return nn.Sequential(*(block(*pair) for pair in zip(channels, channels[1:])))


class PixelNetwork(nn.Module):
    """`logits` of centered images, whose colors lie around 0; `forward` takes them from 0 to 1, as detseg's models do."""

    def forward(self, images):
        return self.logits((images - 0.5) * 4)


class UNet(PixelNetwork):
    def __init__(self, widths, classes):
        super().__init__()
        levels = range(len(widths) - 1)
        self.stem = block(3, widths[0], 5, 2)
        self.down = nn.ModuleList(block(widths[0], widths[0]) if i == 0 else blocks(widths[i - 1], widths[i], widths[i]) for i in levels)
        self.bottom = blocks(widths[-2], widths[-1], widths[-1])
        self.up = nn.ModuleList(blocks(widths[i + 1] + widths[i], widths[i], widths[i]) for i in reversed(levels))
        self.scores = nn.Conv2d(widths[0], classes, 1)

    def logits(self, x):
        x = self.stem(x)
        skips = []
        for level in self.down:
            skips.append(level(x))
            x = functional.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for level in self.up:
            x = level(torch.cat([functional.interpolate(x, scale_factor=2, mode="nearest"), skips.pop()], 1))
        return functional.interpolate(self.scores(x), scale_factor=2, mode="bilinear", align_corners=False)


def mirror(*channels):
    pairs = zip(channels, channels[1:])
    return nn.Sequential(*(nn.Sequential(nn.ConvTranspose2d(*pair, 3, 1, 1, bias=False), nn.BatchNorm2d(pair[1]), nn.ReLU()) for pair in pairs))


class DeconvNet(PixelNetwork):
    def __init__(self, widths, classes):
        super().__init__()
        stages = range(len(widths) - 1)
        self.stem = block(3, widths[0], 5, 2)
        self.stages = nn.ModuleList(block(widths[0], widths[0]) if i == 0 else blocks(widths[i - 1], widths[i], widths[i]) for i in stages)
        self.bottom = blocks(widths[-2], widths[-1], widths[-1])
        self.narrowing = mirror(widths[-1], widths[-2])
        self.mirrored = nn.ModuleList(mirror(widths[i], widths[i], widths[max(0, i - 1)]) for i in reversed(stages))
        self.scores = nn.Conv2d(widths[0], classes, 1)

    def logits(self, x):
        x = self.stem(x)
        switches = []
        for stage in self.stages:
            x, places = functional.max_pool2d(stage(x), 2, return_indices=True)
            switches.append(places)
        x = self.narrowing(self.bottom(x))
        for stage in self.mirrored:
            x = stage(functional.max_unpool2d(x, switches.pop(), 2))
        return functional.interpolate(self.scores(x), scale_factor=2, mode="bilinear", align_corners=False)


class DenseBlock(nn.ModuleList):
    def __init__(self, inputs, layers, growth):
        widths = [inputs + i * growth for i in range(layers)]
        super().__init__(nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, growth, 3, 1, 1)) for width in widths)

    def forward(self, x):
        added = []
        for layer in self:
            added.append(layer(torch.cat([x, *added], 1)))
        return torch.cat([x, *added], 1), torch.cat(added, 1)


class Tiramisu(PixelNetwork):
    def __init__(self, stem, growth, layers, classes):
        super().__init__()
        self.stem = nn.Conv2d(3, stem, 5, 2, 2)
        *levels, last = layers
        kept = [stem + growth * sum(levels[: i + 1]) for i in range(len(levels))]
        self.down = nn.ModuleList(DenseBlock(inputs, count, growth) for inputs, count in zip([stem, *kept], levels))
        self.transitions = nn.ModuleList(nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, width, 1), nn.MaxPool2d(2)) for width in kept)
        self.bottom = DenseBlock(kept[-1], last, growth)
        below = [growth * count for count in reversed(layers[1:])]
        self.doublings = nn.ModuleList(nn.ConvTranspose2d(width, width, 3, 2, 1, output_padding=1) for width in below)
        self.up = nn.ModuleList(DenseBlock(*pair, growth) for pair in zip(map(sum, zip(below, reversed(kept))), reversed(levels)))
        self.scores = nn.Conv2d(below[-1] + kept[0] + growth * levels[0], classes, 1)

    def logits(self, x):
        x = self.stem(x)
        skips = []
        for dense, transition in zip(self.down, self.transitions):
            skips.append(dense(x)[0])
            x = transition(skips[-1])
        everything, added = self.bottom(x)
        for doubling, dense in zip(self.doublings, self.up):
            everything, added = dense(torch.cat([doubling(added), skips.pop()], 1))
        return functional.interpolate(self.scores(everything), scale_factor=2, mode="bilinear", align_corners=False)
