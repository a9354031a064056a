"""Rewrites the tables of krishna2023.md from a full run: python3 docs/studies/krishna2023.py OUT/results.json. The text around them is for a person to check."""
import json, sys

from tables import number, rewrite, row

SETS = ["adult-carla", "compas-carla", "german-credit"]
MODELS = ["logistic", "network"]
METHODS = ["score-matching", "growing-spheres", "cchvae"]
PRESETS = ["as-written", "either-way", "equal-rates", "standardised"]
EPSILONS = ["0", "0.02", "0.05", "0.1", "0.2", "0.3"]
STATED = "score-matching-as-written"
found = {(r["table"], r["dataset"], r["model"], r["method"], r["metric"]): r for r in json.load(open(sys.argv[1]))}


def titled(table, preset):
    return table if preset == "as-written" else f"{table}, {preset}"


def ours(table, preset, dataset, model, method, metric, digits=3):
    return number(found.get((titled(table, preset), dataset, model, method, metric), {}).get("ours"), digits)


def models(preset):
    for s in SETS:
        for m in MODELS:
            yield row(s, m, *(" / ".join([ours("models", preset, s, f"{m} ε={e}", "", "accuracy", 2), ours("models", preset, s, f"{m} ε={e}", "", "share accepted", 2), ours("models", preset, s, f"{m} ε={e}", "", "mean length of the gradient", 2)]) for e in EPSILONS))


def over_epsilon(preset, tables, metric, methods=METHODS):
    for s in SETS:
        for m in MODELS:
            for method in methods:
                cells = [ours(tables[m], preset, s, f"{m} ε={e}", method, metric, 2) for e in EPSILONS]
                if any(c != "–" for c in cells):
                    yield row(s, m, method, *cells)


def validity(preset):
    return over_epsilon(preset, {"logistic": "figure 5", "network": "figure 3"}, "validity")


def cost(preset):
    return over_epsilon(preset, {"logistic": "figure 6", "network": "figure 2"}, "cost difference")


def verdict(preset, dataset, model, method, metric):
    note = found[titled("claims", preset), dataset, model, method, metric]["note"] or ""
    rho = ours("claims", preset, dataset, model, method, metric, 2)
    return rho + " met" if note.startswith("met") else "flat" if "the same at all" in note else "–" if note.startswith("no test") else rho + (" reversed" if "other way" in note else " none")


def claims(metric):
    for preset in PRESETS:
        for method in METHODS + [STATED]:
            yield row(preset, method, *(verdict(preset, s, m, method, metric) for s in SETS for m in MODELS))


def average():
    for preset in PRESETS:
        yield row(preset, *(ours("claims", preset, "all", f"all ε={e}", "all", "average validity", 3) for e in EPSILONS), "0 at ε > 0.2")


PRINTED = ["printed: share below the lower limit", "printed: share above the upper limit"]


def theorem1():
    for preset in ("either-way", "standardised"):
        for s in SETS:
            for m in MODELS:
                for lam in ("0.01", "1"):
                    at = lambda metric, e: ours("theorem 1", preset, s, f"{m}, λ={lam} ε={e}", STATED, metric, 2)
                    metrics = PRINTED + ["printed in the appendix: share above the upper limit", "put right: share outside", "put right: share of the search's answers outside"]
                    yield row(preset, s, m, lam, *(f"{at(k, '0.02')} / {at(k, '0.3')}" for k in metrics))


def theorem2():
    for preset in ("either-way", "standardised"):
        for s in SETS:
            for m in MODELS:
                at = lambda metric, e: ours("theorem 2", preset, s, f"{m} ε={e}", "cchvae", metric, 2)
                cells = [f"{at(k, '0.02')} / {at(k, '0.3')}" for k in PRINTED + ["put right: share outside", "mean distance", "mean upper limit, printed"]]
                if any(c != "– / –" for c in cells):
                    yield row(preset, s, m, *cells)


def lemma1():
    for preset in ("as-written", "standardised"):
        for s in SETS:
            for e in ("0.02", "0.3"):
                yield row(preset, s, e, *(ours("lemma 1", preset, s, f"logistic ε={e}", "", k, 2) for k in ("distance of the weights", "put right: limit", "put right: outside", "printed: mean limit, y = 1", "printed: share of people outside")))


def theorem3():
    metrics = ["claim true", "printed: condition met", "printed: condition met and claim false", "put right: decided by the weights' distance", "put right: decided by lemma 1", "put right: decided wrongly"]
    for preset in ("as-written", "standardised"):
        for s in SETS:
            for e in ("0.02", "0.3"):
                cells = [ours("theorem 3", preset, s, f"logistic ε={e}", "", k, 2) for k in metrics]
                if any(c != "–" for c in cells):
                    yield row(preset, s, e, *cells)


def figure7():
    for preset in ("as-written", "standardised"):
        for s in SETS:
            for m in MODELS:
                yield row(preset, s, m, *(" / ".join(ours("figure 7", preset, s, f"{m} ε={e}", "", f"adversarial accuracy at {at}", 2) for at in ("0.02", "0.1", "0.3")) for e in EPSILONS))


rewrite(__file__, [
    ("**Models, as written**", models("as-written")), ("**Models, standardised**", models("standardised")), ("**Average validity**", average()),
    ("**Validity, as written**", validity("as-written")), ("**Validity, either way**", validity("either-way")), ("**Validity, standardised**", validity("standardised")),
    ("**Cost difference, standardised**", cost("standardised")), ("**Trend of cost**", claims("ρ of ε and cost difference")),
    ("**Trend of cost, attempts included**", claims("ρ of ε and cost difference, attempts included")), ("**Trend of validity**", claims("ρ of ε and validity")),
    ("**Theorem 1 counted**", theorem1()), ("**Theorem 2 counted**", theorem2()), ("**Lemma 1 counted**", lemma1()), ("**Theorem 3 counted**", theorem3()), ("**Figure 7**", figure7()),
])
