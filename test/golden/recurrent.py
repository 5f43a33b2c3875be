"""Goldens of the recurrent layers and cells, from PyTorch."""
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, PackedSequence

from cases import differentiated, generator, normal

GATES = {"lstm": 4, "gru": 3}


def transposed(inputWeight, hiddenWeight, inputBias=None, hiddenBias=None):
    """detseg has weights as [in, out]."""
    weights = [inputWeight.T, hiddenWeight.T]
    return weights if inputBias is None else [*weights, inputBias, hiddenBias]


def run(kind, x, states, weights, lengths):
    """PyTorch's kernels of nn.LSTM and nn.GRU: outputs [N, T, H], and the final states."""
    call = getattr(torch._VF, kind)
    has_bias = len(weights) == 4
    start = tuple(state[None] for state in states)
    if lengths is None:
        outputs, *ends = call(x, start if kind == "lstm" else start[0], weights, has_bias, 1, 0.0, False, False, True)
        return outputs, [end[0] for end in ends]
    packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    start = tuple(state[:, packed.sorted_indices] for state in start)
    data, *ends = call(packed.data, packed.batch_sizes, start if kind == "lstm" else start[0], weights, has_bias, 1, 0.0, False, False)
    again = PackedSequence(data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
    outputs, _ = pad_packed_sequence(again, batch_first=True, total_length=x.shape[1])
    return outputs, [end[0, packed.unsorted_indices] for end in ends]


def parameters(rng, gates, channels, size, bias=True):
    weights = {"inputWeight": normal(rng, [channels, gates * size], 0.6), "hiddenWeight": normal(rng, [size, gates * size], 0.6)}
    if bias:
        weights |= {"inputBias": normal(rng, [gates * size], 0.5), "hiddenBias": normal(rng, [gates * size], 0.5)}
    return weights


def layers():
    cases = []
    for kind, gates in GATES.items():
        for shape, size, settings in (
            ([1, 1, 1], 1, {}),
            ([3, 5, 4], 8, {}),
            ([3, 5, 4], 3, {"states": True}),
            ([2, 4, 3], 4, {"bias": False, "states": True}),
            ([4, 6, 2], 5, {"lengths": [6, 2, 1, 4], "states": True}),
            ([3, 17, 2], 4, {"lengths": [16, 9, 17]}),
        ):
            name = " ".join([kind, str(shape), f"size {size}", *(f"{key} {value}" for key, value in settings.items())])
            rng = generator("recurrent", name)
            inputs = {"x": normal(rng, shape), **parameters(rng, gates, shape[2], size, settings.get("bias", True))}
            names = ["hidden", "cell"] if kind == "lstm" else ["hidden"]
            if settings.get("states"):
                inputs |= {state: normal(rng, [shape[0], size]) for state in names}

            def forward(x, hidden=None, cell=None, **weights):
                given = {"hidden": hidden, "cell": cell}
                zeros = torch.zeros([shape[0], size], dtype=torch.float64)
                states = [zeros if given[state] is None else given[state] for state in names]
                outputs, ends = run(kind, x, states, transposed(**weights), settings.get("lengths"))
                return torch.cat([outputs.reshape(shape[0], -1), *ends], dim=1)

            options = {"lengths": settings["lengths"]} if "lengths" in settings else {}
            cases.append(differentiated(rng, name, kind, inputs, forward, options))
    return cases


def cells():
    cases = []
    for kind, gates in GATES.items():
        for batch, channels, size in ((1, 1, 1), (3, 4, 5)):
            name = f"{kind}Cell {batch}x{channels} size {size}"
            rng = generator("recurrent", name)
            inputs = {"x": normal(rng, [batch, channels]), "hidden": normal(rng, [batch, size])}
            if kind == "lstm":
                inputs["cell"] = normal(rng, [batch, size])
            inputs |= parameters(rng, gates, channels, size)

            def forward(x, hidden, cell=None, **weights):
                if kind == "gru":
                    return torch.gru_cell(x, hidden, *transposed(**weights))
                return torch.cat(torch.lstm_cell(x, (hidden, cell), *transposed(**weights)), dim=1)

            cases.append(differentiated(rng, name, f"{kind}Cell", inputs, forward))
    return cases


SLUGS = {"recurrent": lambda: [*layers(), *cells()]}
