"""Goldens of optimizers, gradient clipping and learning rate schedules, from PyTorch."""
import math

import numpy
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, MultiStepLR, OneCycleLR, PolynomialLR, SequentialLR, StepLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

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

    def rms_prop(learningRate, alpha=0.99, epsilon=1e-8, momentum=0, weightDecay=0):
        build = lambda parameters: torch.optim.RMSprop(
            parameters, lr=learningRate, alpha=alpha, eps=epsilon, momentum=momentum, weight_decay=weightDecay
        )
        options = {"learningRate": learningRate, "alpha": alpha, "epsilon": epsilon, "momentum": momentum, "weightDecay": weightDecay}
        add("rmsProp", build, **options)

    rms_prop(0.01)
    rms_prop(0.01, momentum=0.9, weightDecay=0.05)
    rms_prop(0.05, alpha=0.9, epsilon=1e-3, momentum=0.5)
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


OPTIMIZERS = {
    "sgd": lambda groups, rate, decay: torch.optim.SGD(groups, lr=rate, momentum=0.9, weight_decay=decay),
    "adam": lambda groups, rate, decay: torch.optim.Adam(groups, lr=rate, weight_decay=decay),
    "adamW": lambda groups, rate, decay: torch.optim.AdamW(groups, lr=rate, weight_decay=decay),
    "rmsProp": lambda groups, rate, decay: torch.optim.RMSprop(groups, lr=rate, momentum=0.9, weight_decay=decay),
}


def two_parameters():
    """Two parameters of five numbers: the second with a rate and a decay of its own, or without a gradient in its first steps."""
    cases = []
    rate, decay, factor, own_decay = 0.05, 0.1, 0.25, 0
    for kind, build in OPTIMIZERS.items():
        for op, frozen in (("groups", 0), ("frozen", 3)):
            name = f"{op} {kind}"
            rng = generator("optimizers", name)
            start, gradients = normal(rng, [2, 5]), normal(rng, [6, 2, 5])
            a, b = (torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in start)
            groups = [{"params": [a]}, {"params": [b], "lr": rate * factor, "weight_decay": own_decay} if op == "groups" else {"params": [b]}]
            optimizer = build(groups, rate, decay)
            values = []
            for step, gradient in enumerate(gradients):
                a.grad = torch.tensor(gradient[0], dtype=torch.float64)
                b.grad = torch.tensor(gradient[1], dtype=torch.float64) if step >= frozen else None
                optimizer.step()
                values.append([a.detach().numpy().copy(), b.detach().numpy().copy()])
            options = {"kind": kind, "learningRate": rate, "weightDecay": decay, "frozenSteps": frozen}
            if kind in ("sgd", "rmsProp"):
                options["momentum"] = 0.9
            if op == "groups":
                options |= {"rateFactor": factor, "ownDecay": own_decay}
            inputs = {"parameters": exact(start), "gradients": exact(gradients)}
            cases.append({"name": name, "op": op, "options": options, "inputs": inputs, "output": array(values)})
    return cases


def averaged_weights():
    """A parameter and a buffer that take given values, and their averages after each step."""
    cases = []
    for op, options, average in (
        ("emaWeights", {"decay": 0.9}, get_ema_multi_avg_fn(0.9)),
        ("emaWeights", {"decay": 0.5}, get_ema_multi_avg_fn(0.5)),
        ("swaWeights", {}, None),
    ):
        name = " ".join([op, *(f"{key} {value}" for key, value in options.items())])
        rng = generator("optimizers", name)
        values = normal(rng, [6, 4])
        model = torch.nn.Module()
        model.parameter = torch.nn.Parameter(torch.zeros(4, dtype=torch.float64))
        model.register_buffer("running", torch.zeros(4, dtype=torch.float64))
        averaged = AveragedModel(model, multi_avg_fn=average, use_buffers=True)
        results = []
        for row in values:
            with torch.no_grad():
                model.parameter.copy_(torch.tensor(row))
                model.running.copy_(torch.tensor(row))
            averaged.update_parameters(model)
            assert torch.equal(averaged.module.parameter, averaged.module.running)
            results.append(averaged.module.parameter.detach().numpy().copy())
        cases.append({"name": name, "op": op, "options": options, "inputs": {"values": exact(values)}, "output": array(results)})
    return cases


def clipping():
    cases = []
    for limit in (0.5, 2):
        name = f"clipGradientValue {limit}"
        rng = generator("optimizers", name)
        gradient = normal(rng, [3, 4], 1.5)
        parameter = torch.zeros([3, 4], dtype=torch.float64, requires_grad=True)
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        torch.nn.utils.clip_grad_value_([parameter], limit)
        inputs = {"a": exact(gradient)}
        cases.append({"name": name, "op": "clipGradientValue", "options": {"limit": limit}, "inputs": inputs, "output": array(parameter.grad)})
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
            # One cycle refuses to go past its last step.
            if len(rates) < count:
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
    for rate, milestones, factor in ((0.1, [4, 9, 15], 0.1), (0.02, [1, 2], 0.5)):
        build = lambda optimizer: MultiStepLR(optimizer, milestones, gamma=factor)
        formula = lambda step: rate * factor ** sum(milestone <= step for milestone in milestones)
        add("multiStepSchedule", build, formula, rate=rate, milestones=milestones, factor=factor)
    for rate, steps, power in ((0.1, 15, 0.9), (0.02, 20, 2)):
        build = lambda optimizer: PolynomialLR(optimizer, total_iters=steps, power=power)
        formula = lambda step: rate * (1 - min(step, steps) / steps) ** power
        add("polynomialSchedule", build, formula, rate=rate, steps=steps, power=power)
    for rate, steps, rise, options in ((0.1, 20, 0.3, {}), (0.02, 17, 0.25, {"start": 0.004, "final": 0.0001}), (0.1, 12, 0.05, {})):
        start = options.get("start", rate / 25)
        final = options.get("final", start / 1e4)
        peak = rise * steps - 1

        def build(optimizer):
            return OneCycleLR(optimizer, rate, total_steps=steps, pct_start=rise, div_factor=rate / start, final_div_factor=start / final, cycle_momentum=False)

        def formula(step):
            between = lambda from_, to, share: to + (from_ - to) * (1 + math.cos(math.pi * share)) / 2
            return between(start, rate, step / peak) if step <= peak else between(rate, final, (step - peak) / (steps - 1 - peak))

        add("oneCycleSchedule", build, formula, steps, rate=rate, steps=steps, rise=rise, **options)
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


SLUGS = {"optimizers": lambda: [*trajectories(), *two_parameters(), *averaged_weights(), *clipping(), *schedules()]}
