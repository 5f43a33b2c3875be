"""What every golden is made of: seeded inputs that float32 holds exactly, and results computed in float64."""
import zlib

import numpy
import torch

# Inputs are multiples of this, so that the JSON, float32 and float64 all hold the very same numbers.
GRID = 1 / 128


def generator(slug, name):
    """A random generator of the case's own, so that adding a case leaves the others as they are."""
    return numpy.random.default_rng(zlib.crc32(f"{slug}/{name}".encode()))


def normal(rng, shape, scale=1.0):
    """Normally distributed multiples of GRID."""
    return numpy.asarray(rng.normal(size=shape) * scale / GRID).round() * GRID


def uniform(rng, shape, low, high):
    """Uniformly distributed multiples of GRID in [low, high]."""
    return numpy.asarray(rng.integers(round(low / GRID), round(high / GRID), size=shape, endpoint=True)) * GRID


def distinct(rng, shape):
    """Multiples of 1/16 around 0, in random order, no two alike: no maximum is a tie."""
    count = int(numpy.prod(shape))
    return (rng.permutation(count) - count // 2).reshape(shape) / 16


def avoid(values, kinks, distance=1 / 16):
    """Moves values that lie closer than `distance` to a kink of the function away from it."""
    values = numpy.array(values, dtype=numpy.float64)
    for kink in kinks:
        offset = values - kink
        near = numpy.abs(offset) < distance
        values[near] = ((kink + numpy.where(offset >= 0, distance, -distance)) / GRID).round()[near] * GRID
    for kink in kinks:
        assert numpy.all(numpy.abs(values - kink) > distance / 2)
    return values


def array(values, digits=9):
    """A result as shape and row-major data, rounded to 9 significant digits."""
    if isinstance(values, torch.Tensor):
        values = values.detach().numpy()
    values = numpy.asarray(values, dtype=numpy.float64)
    assert numpy.isfinite(values).all()
    rounded = [float(f"{value:.{digits}g}") for value in values.ravel()]
    data = [int(value) if value.is_integer() and abs(value) < 1e15 else value for value in rounded]
    return {"shape": list(values.shape), "data": data}


def exact(values):
    """An input as shape and row-major data; it must be a number that float32 holds exactly."""
    values = numpy.asarray(values, dtype=numpy.float64)
    assert numpy.array_equal(values.astype(numpy.float32).astype(numpy.float64), values)
    return array(values, digits=17)


def differentiated(rng, name, op, inputs, forward, options=None, wanted=None, **more):
    """A case of an operation with its vector-Jacobian products.

    `forward` takes the inputs as float64 tensors, by name and in detseg's layout, and returns the output in detseg's layout;
    permuting to PyTorch's layout inside it makes autograd permute the gradients back. It may return further arrays after the
    output, by name. `wanted` names the inputs to differentiate by, all of them by default.
    """
    wanted = list(inputs) if wanted is None else wanted
    leaves = {key: torch.tensor(value, dtype=torch.float64, requires_grad=key in wanted) for key, value in inputs.items()}
    result = forward(**leaves)
    output, extra = result if isinstance(result, tuple) else (result, {})
    upstream = normal(rng, tuple(output.shape))
    # An upstream of zero would test nothing, which matters where there is one number only.
    upstream = numpy.where(upstream == 0, 1, upstream)
    gradients = torch.autograd.grad(output, [leaves[key] for key in wanted], torch.tensor(upstream, dtype=torch.float64))
    return {
        "name": name,
        "op": op,
        "options": options or {},
        "inputs": {key: exact(value) for key, value in inputs.items()},
        **{key: exact(value) for key, value in more.items()},
        "output": array(output),
        **{key: array(value) for key, value in extra.items()},
        "upstream": exact(upstream),
        "gradients": {key: array(value) for key, value in zip(wanted, gradients)},
    }
