"""Goldens of optimizers, gradient clipping and learning rate schedules, from PyTorch."""
import math

import numpy
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR, StepLR

from cases import array, exact, generator, normal

STEPS = 20


def trajectories():
    cases = []

    def add(op, build, **options):
        name = " ".join([op, *(f"{key} {value}" for key, value in options.items())])
        rng = generator("optimizers", name)
        start, gradients = normal(rng, [5]), normal(rng, [5, 5])
        parameter = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer = build([parameter])
        values = []
        for gradient in gradients:
            parameter.grad = torch.tensor(gradient, dtype=torch.float64)
            optimizer.step()
            values.append(parameter.detach().numpy().copy())
        inputs = {"parameter": exact(start), "gradients": exact(gradients)}
        cases.append({"name": name, "op": op, "options": options, "inputs": inputs, "output": array(values)})

    def sgd(learningRate, momentum=0, weightDecay=0, nesterov=False):
        build = lambda parameters: torch.optim.SGD(
            parameters, lr=learningRate, momentum=momentum, weight_decay=weightDecay, nesterov=nesterov
        )
        options = {"learningRate": learningRate, "momentum": momentum, "weightDecay": weightDecay, "nesterov": nesterov}
        add("sgd", build, **options)

    def adam(op, kind, learningRate, betas=(0.9, 0.999), epsilon=1e-8, weightDecay=0.0):
        build = lambda parameters: kind(parameters, lr=learningRate, betas=betas, eps=epsilon, weight_decay=weightDecay)
        options = {"learningRate": learningRate, "betas": list(betas), "epsilon": epsilon, "weightDecay": weightDecay}
        add(op, build, **options)

    sgd(0.1)
    sgd(0.1, weightDecay=0.05)
    sgd(0.1, momentum=0.9)
    sgd(0.05, momentum=0.9, weightDecay=0.05)
    sgd(0.1, momentum=0.9, nesterov=True)
    sgd(0.05, momentum=0.8, weightDecay=0.05, nesterov=True)
    adam("adam", torch.optim.Adam, 0.01)
    adam("adam", torch.optim.Adam, 0.1, weightDecay=0.1)
    adam("adam", torch.optim.Adam, 0.05, betas=(0.5, 0.9), epsilon=1e-3)
    adam("adamW", torch.optim.AdamW, 0.01, weightDecay=0.01)
    adam("adamW", torch.optim.AdamW, 0.1, weightDecay=0.1)
    adam("adamW", torch.optim.AdamW, 0.05, betas=(0.5, 0.9), epsilon=1e-3, weightDecay=0.5)
    return cases


def clipping():
    cases = []
    for name, limit in (("shrinks", 1), ("leaves short ones alone", 100)):
        rng = generator("optimizers", name)
        gradients = {"a": normal(rng, [3, 4]), "b": normal(rng, [5])}
        parameters = []
        for gradient in gradients.values():
            parameter = torch.zeros(gradient.shape, dtype=torch.float64, requires_grad=True)
            parameter.grad = torch.tensor(gradient, dtype=torch.float64)
            parameters.append(parameter)
        norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
        assert (norm > limit) == (name == "shrinks")
        cases.append({
            "name": f"clipGradientNorm {name}",
            "op": "clipGradientNorm",
            "options": {"limit": limit},
            "inputs": {key: exact(value) for key, value in gradients.items()},
            "norm": array(norm),
            "clipped": {key: array(parameter.grad) for key, parameter in zip(gradients, parameters)},
        })
    return cases


def schedules():
    cases = []

    def add(op, build, formula, count=STEPS, **options):
        parameter = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([parameter], lr=options["rate"])
        scheduler = build(optimizer)
        rates = []
        for _ in range(count):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        # PyTorch steps by recurrences; what README.md promises is the closed form.
        assert numpy.allclose(rates, [formula(step) for step in range(count)], rtol=1e-12, atol=1e-15)
        name = " ".join([op, *(f"{key} {value}" for key, value in options.items())])
        cases.append({"name": name, "op": op, "options": options, "inputs": {}, "output": array(rates)})

    def half_cosine(rate, final, steps):
        return lambda step: final + (rate - final) * (1 + math.cos(math.pi * step / steps)) / 2

    for rate, every, factor in ((0.1, 6, 0.1), (0.5, 1, 0.8)):
        build = lambda optimizer: StepLR(optimizer, step_size=every, gamma=factor)
        add("stepSchedule", build, lambda step: rate * factor ** (step // every), rate=rate, every=every, factor=factor)
    # Never past the last step: PyTorch's cosine climbs again there, detseg's rests.
    for rate, steps, final, count in ((0.1, 20, 0, 20), (0.02, 25, 0.001, 20), (0.1, 12, 0.01, 13)):
        build = lambda optimizer: CosineAnnealingLR(optimizer, T_max=steps, eta_min=final)
        add("cosineSchedule", build, half_cosine(rate, final, steps), count, rate=rate, steps=steps, final=final)
    for rate, warm_up, steps, final in ((0.1, 5, 15, 0), (0.02, 3, 17, 0.001)):

        def build(optimizer):
            # (s + 1)/w from s = 0: PyTorch's line from 1/w to 1 over w − 1 steps.
            warm = LinearLR(optimizer, start_factor=1 / warm_up, end_factor=1, total_iters=warm_up - 1)
            return SequentialLR(optimizer, [warm, CosineAnnealingLR(optimizer, T_max=steps, eta_min=final)], [warm_up])

        def formula(step):
            return rate * (step + 1) / warm_up if step < warm_up else half_cosine(rate, final, steps)(step - warm_up)

        add("warmUpSchedule", build, formula, rate=rate, warmUp=warm_up, steps=steps, final=final)
    return cases


SLUGS = {"optimizers": lambda: [*trajectories(), *clipping(), *schedules()]}
