"""Goldens of the losses, from PyTorch and torchvision."""
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
        ([4, 5], 1, {"labelSmoothing": 0.1}),
        ([6, 5], 1, {"labelSmoothing": 0.3, "classWeights": weights}),
        ([6, 5], 1, {"labelSmoothing": 1, "classWeights": weights, "reduction": "none"}),
        ([2, 3, 4, 5], 1, {"labelSmoothing": 0.1, "ignoreIndex": 255, "classWeights": weights, "reduction": "mean"}),
        ([2, 3, 4, 5], 1, {"labelSmoothing": 0.1, "ignoreIndex": 255, "reduction": "sum"}),
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
                label_smoothing=options.get("labelSmoothing", 0),
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
    # A weight for each class, and one for each element: of the whole shape, or broadcast.
    for shape, weight_shape, positive, reduction in (
        ([4, 3], None, [0.5, 1, 4], "mean"),
        ([2, 3, 4, 3], None, [0.5, 1, 4], "none"),
        ([4, 3], [4, 3], 1, "mean"),
        ([4, 3], [4, 1], 2, "sum"),
        ([2, 3, 4, 3], [3, 4, 1], [0.5, 1, 4], "mean"),
    ):
        options = {"positiveWeight": positive, "reduction": reduction}
        name = name_of("bceWithLogits", shape, f"weights {weight_shape}", **options)
        rng = generator("losses", name)
        inputs = {"logits": normal(rng, shape, 2), "targets": uniform(rng, shape, 0, 1)}
        if weight_shape is not None:
            inputs["weights"] = uniform(rng, weight_shape, 0, 2)

        def forward(logits, targets, weights=None):
            pos_weight = torch.tensor(positive, dtype=torch.float64)
            return F.binary_cross_entropy_with_logits(logits, targets, weight=weights, pos_weight=pos_weight, reduction=reduction)

        cases.append(differentiated(rng, name, "bceWithLogits", inputs, forward, options, ["logits"]))
    return cases


def focal():
    from torchvision.ops import sigmoid_focal_loss

    cases = []
    settings = [
        ([5, 4], 2, {}),
        ([5, 4], 2, {"reduction": "sum"}),
        ([2, 3, 4, 2], 2, {"alpha": 0.6, "gamma": 1.5, "reduction": "none"}),
        ([5, 4], 2, {"alpha": None, "gamma": 2, "reduction": "none"}),
        ([5, 4], 2, {"alpha": None, "gamma": 0, "reduction": "mean"}),
        ([5, 4], 2, {"alpha": 0.25, "gamma": 0.5, "reduction": "none"}),
        # torchvision takes 1 − p_t as a difference, which beyond 30 is 0 in float64, too.
        ([5, 4], 8, {"reduction": "none"}),
    ]
    for shape, scale, options in settings:
        name = name_of("focalLoss", shape, f"scale {scale}", **options)
        rng = generator("losses", name)
        targets = uniform(rng, shape, 0, 1)
        hard = rng.random(size=shape) < 0.6
        targets[hard] = targets[hard].round()
        alpha, gamma = options.get("alpha", 0.25), options.get("gamma", 2)

        def forward(logits, targets):
            alpha_or_none = -1 if alpha is None else alpha
            return sigmoid_focal_loss(logits, targets, alpha_or_none, gamma, options.get("reduction", "mean"))

        inputs = {"logits": normal(rng, shape, scale), "targets": targets}
        cases.append(differentiated(rng, name, "focalLoss", inputs, forward, options, ["logits"]))
    return cases


def dice():
    cases = []
    settings = [
        ([3, 5], [1], {}),
        ([3, 4, 5], [1, 2], {"reduction": "sum"}),
        ([2, 4, 5, 3], [1, 2], {"axes": [1, 2], "reduction": "none"}),
        ([2, 4, 5, 3], [0, 1, 2, 3], {"axes": [0, 1, 2, 3], "smooth": 0.5, "reduction": "mean"}),
        ([3, 6], [1], {"squared": True, "smooth": 1e-3, "reduction": "none"}),
    ]
    for shape, axes, options in settings:
        name = name_of("diceLoss", shape, **options)
        rng = generator("losses", name)
        inputs = {"probabilities": uniform(rng, shape, 0, 1), "targets": rng.integers(0, 1, size=shape, endpoint=True)}
        smooth = options.get("smooth", 1)

        def forward(probabilities, targets):
            power = 2 if options.get("squared") else 1
            whole = (probabilities**power + targets**power).sum(dim=axes)
            losses = 1 - (2 * (probabilities * targets).sum(dim=axes) + smooth) / (whole + smooth)
            return {"mean": losses.mean, "sum": losses.sum, "none": lambda: losses}[options.get("reduction", "mean")]()

        cases.append(differentiated(rng, name, "diceLoss", inputs, forward, options, ["probabilities"]))
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
    for delta in (1, 0.5, 2.5):
        for shape, reduction in (([5, 4], "mean"), ([5, 4], "sum"), ([2, 3, 4], "none")):
            options = {"delta": delta, "reduction": reduction}
            name = name_of("huber", shape, **options)
            rng = generator("losses", name)
            target = normal(rng, shape)
            predicted = target + avoid(normal(rng, shape, delta), [delta, -delta], 1 / 32)
            forward = lambda predicted, target: F.huber_loss(predicted, target, delta=delta, reduction=reduction)
            cases.append(differentiated(rng, name, "huber", {"predicted": predicted, "target": target}, forward, options))
    for shape, reduction in (([5, 4], "mean"), ([5, 4], "sum"), ([2, 3, 4], "none")):
        name = name_of("l1", shape, reduction=reduction)
        rng = generator("losses", name)
        target = normal(rng, shape)
        inputs = {"predicted": target + avoid(normal(rng, shape), [0], 1 / 32), "target": target}
        forward = lambda predicted, target: F.l1_loss(predicted, target, reduction=reduction)
        cases.append(differentiated(rng, name, "l1", inputs, forward, {"reduction": reduction}))
    for shape, reduction in (([5, 4], "mean"), ([5, 4], "sum"), ([2, 3, 4], "none")):
        name = name_of("mse", shape, reduction=reduction)
        rng = generator("losses", name)
        inputs = {"predicted": normal(rng, shape), "target": normal(rng, shape)}
        forward = lambda predicted, target: F.mse_loss(predicted, target, reduction=reduction)
        cases.append(differentiated(rng, name, "mse", inputs, forward, {"reduction": reduction}))
    return cases


SLUGS = {"losses": lambda: [*cross_entropy(), *bce_with_logits(), *focal(), *dice(), *regression()]}
