"""Goldens of linear models, from scikit-learn."""
from cases import array, exact, generator, normal
from sklearn.linear_model import Ridge
from sklearn.svm import LinearSVC


def linear():
    cases = []
    for count, size, cost in ((30, 2, 1.0), (60, 5, 0.25), (40, 8, 10.0)):
        name = f"linearSvm {count}x{size} cost {cost}"
        rng = generator("linear", name)
        features = normal(rng, [count, size])
        labels = (features @ normal(rng, [size]) + 0.7 * rng.normal(size=count) + 0.3 > 0).astype(float)
        model = LinearSVC(loss="hinge", dual=True, C=cost, tol=1e-9, max_iter=1_000_000, random_state=0).fit(features, labels)
        cases.append({"name": name, "op": "linearSvm", "options": {"cost": cost, "bias": float(model.intercept_[0])}, "inputs": {"features": exact(features), "labels": exact(labels)}, "output": array(model.coef_[0])})
    for count, size, outputs, penalty in ((20, 3, 1, 1.0), (50, 10, 4, 0.125), (6, 8, 2, 100.0)):
        name = f"ridgeRegression {count}x{size} to {outputs} penalty {penalty}"
        rng = generator("linear", name)
        features, targets = normal(rng, [count, size]), normal(rng, [count, outputs])
        model = Ridge(alpha=penalty, fit_intercept=False, solver="cholesky").fit(features, targets)
        cases.append({"name": name, "op": "ridgeRegression", "options": {"penalty": penalty}, "inputs": {"features": exact(features), "targets": exact(targets)}, "output": array(model.coef_.T.reshape(size, outputs))})
    return cases


SLUGS = {"linear": linear}
