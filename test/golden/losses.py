"""Goldens of the losses, from PyTorch."""
import torch
import torch.nn.functional as F

from cases import avoid, differentiated, generator, normal, uniform


def name_of(op, *parts, **options):
    return " ".join([op, *map(str, parts), *(f"{key} {value}" for key, value in options.items())])


def cross_entropy():
    cases = []
    weights = [0.5, 2, 1, 0.25, 3]
    settings = [
        ([4, 5], 1, {}),
        ([4, 5], 1, {"reduction": "sum"}),
        ([4, 5], 1, {"reduction": "none"}),
        ([6, 5], 1, {"classWeights": weights}),
        ([6, 5], 1, {"classWeights": weights, "reduction": "none"}),
        ([6, 3], 1, {"ignoreIndex": 255}),
        ([6, 3], 1, {"ignoreIndex": 0, "reduction": "sum"}),
        ([2, 3, 4, 5], 1, {}),
        ([2, 3, 4, 5], 1, {"ignoreIndex": 255, "reduction": "mean"}),
        ([2, 3, 4, 5], 1, {"ignoreIndex": 255, "reduction": "none"}),
        ([2, 3, 4, 5], 1, {"ignoreIndex": 255, "classWeights": weights, "reduction": "mean"}),
        ([2, 3, 4, 5], 1, {"ignoreIndex": 255, "classWeights": weights, "reduction": "sum"}),
        # Scores whose exponentials overflow float32.
        ([5, 4], 60, {"reduction": "none"}),
    ]
    for shape, scale, options in settings:
        name = name_of("crossEntropy", shape, f"scale {scale}", **options)
        rng = generator("losses", name)
        classes = shape[-1]
        labels = rng.integers(0, classes, size=shape[:-1])
        ignored = options.get("ignoreIndex")
        if ignored is not None:
            labels[rng.random(size=labels.shape) < 0.3] = ignored
            labels.flat[0], labels.flat[1] = ignored, classes - 1
        class_weights = options.get("classWeights")

        def forward(logits):
            # PyTorch has the classes on axis 1.
            return F.cross_entropy(
                logits.movedim(-1, 1),
                torch.tensor(labels),
                weight=None if class_weights is None else torch.tensor(class_weights, dtype=torch.float64),
                ignore_index=-100 if ignored is None else ignored,
                reduction=options.get("reduction", "mean"),
            )

        inputs = {"logits": normal(rng, shape, 2 * scale)}
        cases.append(differentiated(rng, name, "crossEntropy", inputs, forward, options, labels=labels))
    return cases


def bce_with_logits():
    cases = []
    settings = [
        ([3, 4], 2, {}),
        ([3, 4], 2, {"reduction": "sum"}),
        ([3, 4], 2, {"reduction": "none", "positiveWeight": 3}),
        ([2, 3, 4, 1], 2, {"positiveWeight": 0.25}),
        # Logits at which a plain exponential overflows float32.
        ([3, 4], 80, {"reduction": "none"}),
    ]
    for shape, scale, options in settings:
        name = name_of("bceWithLogits", shape, f"scale {scale}", **options)
        rng = generator("losses", name)
        # Hard targets and soft ones.
        targets = uniform(rng, shape, 0, 1)
        hard = rng.random(size=shape) < 0.6
        targets[hard] = targets[hard].round()
        weight = options.get("positiveWeight")

        def forward(logits, targets):
            return F.binary_cross_entropy_with_logits(
                logits,
                targets,
                pos_weight=None if weight is None else torch.tensor(weight, dtype=torch.float64),
                reduction=options.get("reduction", "mean"),
            )

        inputs = {"logits": normal(rng, shape, scale), "targets": targets}
        cases.append(differentiated(rng, name, "bceWithLogits", inputs, forward, options, ["logits"]))
    return cases


def regression():
    cases = []
    for beta in (1, 1 / 9, 0.5):
        for shape, reduction in (([5, 4], "mean"), ([5, 4], "sum"), ([2, 3, 4], "none")):
            options = {"beta": beta, "reduction": reduction}
            name = name_of("smoothL1", shape, beta=f"{beta:.3g}", reduction=reduction)
            rng = generator("losses", name)
            target = normal(rng, shape)
            # Differences on both sides of beta, none at it.
            predicted = target + avoid(normal(rng, shape, beta), [beta, -beta], 1 / 32)
            forward = lambda predicted, target: F.smooth_l1_loss(predicted, target, beta=beta, reduction=reduction)
            cases.append(differentiated(rng, name, "smoothL1", {"predicted": predicted, "target": target}, forward, options))
    for shape, reduction in (([5, 4], "mean"), ([5, 4], "sum"), ([2, 3, 4], "none")):
        name = name_of("mse", shape, reduction=reduction)
        rng = generator("losses", name)
        inputs = {"predicted": normal(rng, shape), "target": normal(rng, shape)}
        forward = lambda predicted, target: F.mse_loss(predicted, target, reduction=reduction)
        cases.append(differentiated(rng, name, "mse", inputs, forward, {"reduction": reduction}))
    return cases


SLUGS = {"losses": lambda: [*cross_entropy(), *bce_with_logits(), *regression()]}
