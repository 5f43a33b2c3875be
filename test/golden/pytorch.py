"""Goldens of whole networks: their state dicts as PyTorch users save them, an input and the output, in float32."""
import numpy
import torch
from safetensors.torch import save
from torch import nn
from torch.nn import functional

from cases import array, exact, generator, uniform
from pixelNetworks import DeconvNet, Tiramisu, UNet, block, blocks


class Yolo(nn.Module):
    """The backbone as one nn.Sequential, as one would write it: its names lack the field `layers` of detseg's."""

    def __init__(self, widths, outputs):
        super().__init__()
        a, b, c, *extra = widths
        self.backbone = nn.Sequential(block(3, a, 5, 2), block(a, a), nn.MaxPool2d(2), blocks(a, b, b), nn.MaxPool2d(2), blocks(b, c, c, *extra))
        self.head = nn.Conv2d(extra[-1], outputs, 1)

    def forward(self, images):
        return self.head(self.backbone((images - 0.5) * 4))


class Parts(nn.Module):
    """Every other kind of layer: transposed and grouped convolutions, of signals and volumes too, a norm of groups, a linear layer on a flattened map."""

    def __init__(self):
        super().__init__()
        self.grouped = nn.Conv2d(4, 6, (3, 1), padding=(1, 0), groups=2)
        self.norm = nn.GroupNorm(3, 6)
        self.transposed = nn.ConvTranspose2d(6, 4, (2, 3), 2, groups=2)
        self.linear = nn.Linear(4 * 4 * 7, 10)
        self.signal = nn.Conv1d(2, 3, 3)
        self.raised = nn.ConvTranspose1d(3, 2, 3, 2)
        self.volume = nn.Conv3d(1, 2, (1, 2, 3))

    def forward(self, images):
        x = self.transposed(functional.relu(self.norm(self.grouped(images))))
        x = self.linear(torch.flatten(x, 1))
        x = self.raised(functional.relu(self.signal(x.reshape(-1, 2, 5))))
        return self.volume(x[:, :, :6].reshape(-1, 1, 2, 2, 3)).reshape(-1, 4)


class Recurrent(nn.Module):
    """Layers over sequences, and cells step by step."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 5, num_layers=2, batch_first=True)
        self.gru = nn.GRU(5, 3, num_layers=2, bias=False, batch_first=True)
        self.lstmCell = nn.LSTMCell(3, 4)
        self.gruCell = nn.GRUCell(4, 2)

    def forward(self, x):
        y, (hidden, cell) = self.lstm(x)
        y, end = self.gru(y)
        state = self.lstmCell(y[:, 0])
        for step in range(1, y.shape[1]):
            state = self.lstmCell(y[:, step], state)
        return torch.cat([*hidden, *cell, *end, self.gruCell(state[0])], dim=1)


def case(name, op, model, shape, options):
    rng = generator("pytorch", name)
    for key, value in model.state_dict().items():
        if key.endswith("num_batches_tracked"):
            value.fill_(7)
        elif key.endswith("running_var") or (value.ndim == 1 and key.endswith("weight")):
            value.copy_(torch.tensor(uniform(rng, tuple(value.shape), 0.5, 2)))
        else:
            scale = (2 / value[0].numel()) ** 0.5 if value.ndim > 1 else 0.3
            value.copy_(torch.tensor(rng.normal(size=tuple(value.shape)) * scale))
    images = uniform(rng, shape, 0, 1)
    model.eval()
    with torch.no_grad():
        x = torch.tensor(images)
        output = model.double()(x.permute(0, 3, 1, 2) if x.ndim == 4 else x)
    if output.ndim == 4:
        output = output.permute(0, 2, 3, 1)
    state = {key: value.float() if value.is_floating_point() else value for key, value in model.state_dict().items()}
    return {
        "name": name,
        "op": op,
        "options": options,
        "inputs": {"images": exact(images)},
        "file": exact(numpy.frombuffer(save(state), numpy.uint8)),
        "output": array(output, digits=7),
    }


def pytorch():
    # Rounded before it is doubled: what the file holds is what was computed with.
    make = lambda model: model.float()
    return [
        case("U-Net", "UNet", make(UNet([3, 4, 5], 4)), [2, 16, 24, 3], {"widths": [3, 4, 5], "classes": 4}),
        case("DeconvNet", "DeconvNet", make(DeconvNet([3, 4, 5], 4)), [2, 16, 24, 3], {"widths": [3, 4, 5], "classes": 4}),
        case("Tiramisu", "Tiramisu", make(Tiramisu(5, 2, [3, 1, 2], 4)), [2, 16, 24, 3], {"stem": 5, "growth": 2, "layers": [3, 1, 2], "classes": 4}),
        case("YOLO", "Yolo", make(Yolo([2, 3, 6, 13, 13], 2 * 8)), [1, 24, 32, 3], {"width": 0.2, "classes": 3, "anchors": [[6, 8], [12, 9]]}),
        case("recurrent", "recurrent", make(Recurrent()), [3, 4, 4], {}),
        case("parts", "parts", make(Parts()), [2, 2, 3, 4], {"flattened": {"linear": [4, 4, 7]}}),
    ]


SLUGS = {"pytorch": pytorch}
