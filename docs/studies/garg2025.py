"""Rewrites the tables of garg2025.md from a full run: python3 docs/studies/garg2025.py OUT/results.json. The text around them is for a person to check."""
import json, os, sys

from tables import number, rewrite, row

SETS = ["adult-carla", "compas-carla", "heloc-carla"]
METHODS = ["wachter", "growing-spheres", "dice", "roar", "probe", "tap", "cchvae", "revise", "cruds", "genre"]
NEIGHBOURS = ["nnr", "nnr γ>0.7", "nnr D_h⁺", "genre"]
DIFFUSION = ["tabsyn-q", "tabsyn-svdd λ=5", "tabsyn-svdd λ=10", "genre"]
FOUR = ["cost", "validity", "inliers", "score"]

rows = json.load(open(sys.argv[1], encoding="utf-8"))
times = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "times.json")
if os.path.exists(times):
    rows += json.load(open(times, encoding="utf-8"))
found = {(r["table"], r["dataset"], r["model"], r["method"], r["metric"]): r for r in rows}


def cell(table, dataset, model, method, metric, digits=2, spread=False):
    r = found.get((table, dataset, model, method, metric), {})
    text = number(r.get("ours"), digits)
    if spread and r.get("ours_sd") is not None:
        text += f" ± {number(r['ours_sd'], digits)}"
    return text + (f" ({number(r['paper'], digits)})" if r.get("paper") is not None else "")


def bars(table):
    for r in rows:
        if r["table"] == table:
            yield row(r["dataset"], r["method"], r["metric"], number(r["ours"], 3), number(r["paper"], 2), r["note"])


def listed(table, methods, spread=False):
    for s in SETS:
        for m in methods:
            if (table, s, "ann", m, "score") in found:
                yield row(s, m, *(cell(table, s, "ann", m, x, spread=spread) for x in FOUR))


def series(table, methods=("genre",), metrics=FOUR):
    for r in rows:
        if r["table"] == table and r["metric"] == metrics[0] and r["method"] in methods:
            yield row(r["dataset"], r["model"].replace("ann", "").strip(" ,") or "–", r["method"], *(cell(table, r["dataset"], r["model"], r["method"], m) for m in metrics))


def models():
    for s in SETS:
        for table, model in (("table 6", "gold forest"), ("table 7", "ann")):
            if (table, s, model, "", "accuracy") in found:
                yield row(s, model, *(cell(table, s, model, "", m, 3) for m in ("accuracy", "auc", "precision", "recall", "f1", "brier")))


def layers():
    for r in rows:
        if r["table"] == "layers" and r["metric"] == "score":
            at = (r["dataset"], r["model"], r["method"])
            epochs, seconds = found.get(("layers", *at, "epochs"), {}).get("ours"), found.get(("layers", *at, "seconds an epoch"), {}).get("ours")
            minutes = None if epochs is None or seconds is None else epochs * seconds / 60
            yield row(r["dataset"], r["model"].split("=")[1], *(cell("layers", *at, m) for m in FOUR), number(epochs, 0), number(minutes, 1), cell("layers", *at, "milliseconds, one person alone", 1))


rewrite(__file__, [
    ("**The bars**", bars("bar")), ("**Table 2**", listed("table 2", METHODS, spread=True)), ("**Table 2, a thousand people**", listed("table 2, up to 1000 people", METHODS)),
    ("**Table 2 as published**", listed("table 2, as-published", METHODS[:-1])), ("**Table 3**", listed("table 3", NEIGHBOURS)), ("**Table 4**", listed("table 4", DIFFUSION)), ("**Tables 6 and 7**", models()),
    ("**Table 11**", series("table 11")), ("**Table 12 and figure 4**", series("figure 4", ("genre", "cruds"), FOUR + ["soft validity"])), ("**Table 13**", series("table 13")), ("**Layers**", layers()),
    ("**Sampling**", series("sampling", ("genre", "genre-unconditional"))), ("**Baselines**", bars("bar, baselines")),
])
