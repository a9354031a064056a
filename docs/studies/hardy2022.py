"""Rewrites the tables of hardy2022.md from a full run: python3 docs/studies/hardy2022.py OUT/results.json. The text around them is for a person to check."""
import json, sys

from tables import number, rewrite, row

IMAGES, ADULT = "fashion-mnist", "adult-carla"
rows = json.load(open(sys.argv[1]))
found = {(r["table"], r["dataset"], r["model"], r["method"], r["metric"]): r for r in rows}
METHODS = [(IMAGES, "growing-spheres, carla"), (IMAGES, "growing-spheres"), (ADULT, "growing-spheres, carla"), (ADULT, "growing-spheres"), (ADULT, "actionable-recourse"), (ADULT, "cchvae, carla"), (ADULT, "cchvae")]
FIGURES = {(IMAGES, "growing-spheres, carla"): "figure 1", (IMAGES, "growing-spheres"): "figure 1", (ADULT, "growing-spheres, carla"): "figure 2", (ADULT, "growing-spheres"): "figure 2", (ADULT, "actionable-recourse"): "figure 3"}


def cell(table, dataset, model, method, metric, digits=3, paper=True):
    r = found.get((table, dataset, model, method, metric), {})
    text = number(r.get("ours"), digits)
    return text + (f" ({number(r['paper'], digits)})" if paper and r.get("paper") is not None else "")


def models():
    for dataset, suffix, label in ((IMAGES, "", "momentum 0.9"), (IMAGES, ", momentum 0", "momentum 0"), (ADULT, "", "13-18-9-3"), (ADULT, ", 13-9-3", "13-9-3")):
        for model in ("natural", "adversarial"):
            yield row(dataset, label, model, *(cell("section 3, models", dataset, model + suffix, "", m) for m in ("accuracy", "accuracy on training rows", "susceptibility at 8/255", "susceptibility at 16/255")))


def table1():
    for dataset, method in METHODS:
        yield row(dataset, method, *(cell("table 1", dataset, m, method, "success-rate") for m in ("natural", "adversarial")))


def table2():
    for dataset, method in METHODS:
        yield row(dataset, method, *(cell("table 2", dataset, m, method, metric, 2) for metric in ("sparsity", "redundancy") for m in ("natural", "adversarial")))


def figures():
    for dataset, method in METHODS:
        table = FIGURES.get((dataset, method), "beyond the paper")
        for metric in ("distance", "knn-distance", "sphere-distance"):
            change = found.get((table, dataset, "adversarial less natural", method, metric), {})
            sd = f" ± {number(change['ours_sd'])}" if change.get("ours_sd") is not None else ""
            yield row(dataset, method, metric, cell(table, dataset, "natural", method, metric), cell(table, dataset, "adversarial", method, metric), number(change.get("ours")) + sd)


def connected():
    for dataset, method in METHODS:
        shares = []
        for model in ("natural", "adversarial"):
            parts = [found.get(("figure 4", dataset, model, method, m), {}).get("ours") for m in ("unconnected", "connected")]
            shares.append(None if None in parts or sum(parts) == 0 else parts[0] / sum(parts))
        yield row(dataset, method, *(number(s) for s in shares), "–" if None in shares or shares[0] == 0 else f"{shares[1] / shares[0]:.2f}")


def sizes():
    for expansion in (1, 2, 4, 8):
        for model in ("natural", "adversarial"):
            name = f"{model}, expansion {expansion}"
            tested = {r["model"]: r["ours"] for r in rows if r["table"] == "figure 5" and r["model"].startswith(name + ", epoch=")}
            last = tested.get(f"{name}, epoch={max((int(m.rsplit('=', 1)[1]) for m in tested), default=0)}")
            yield row(str(expansion), model, cell("figure 5", IMAGES, name, "", "accuracy on training images"), number(last), number(min(tested.values(), default=None)))


def text_net():
    for method in ("growing-spheres, carla", "actionable-recourse"):
        table = FIGURES[ADULT, method]
        yield row(method, *(cell(t, ADULT, m + ", 13-9-3", method, metric) for t, metric in (("table 1", "success-rate"), (table, "distance"), (table, "knn-distance"), ("table 2", "redundancy")) for m in ("natural", "adversarial")))


rewrite(__file__, [("**The models**", models()), ("**Table 1**", table1()), ("**Table 2**", table2()), ("**Figures 1 to 3**", figures()), ("**Figure 4**", connected()), ("**Figure 5**", sizes()), ("**The text's network**", text_net())])
