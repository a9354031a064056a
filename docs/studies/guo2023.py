"""Rewrites the tables of guo2023.md from a full run: python3 docs/studies/guo2023.py OUT/results.json. The text around them is for a person to check."""
import json, os, sys

from tables import number, rewrite, row

SETS = ["loan", "german-releases", "student"]
SHIFTS = ["covariate-shift", "label-shift"]
METHODS = [("base", "vanilla-cf"), ("counternet", "counternet"), ("base", "roar-lime"), ("base", "roar"), ("base", "rbr"), ("rocoursenet", "rocoursenet"), ("recourse-aware", "linear-step")]
GENERATORS = [("base", "cf-model"), ("base", "cf-model-robust"), ("base", "vae-cf"), ("base", "vae-cf-robust")]
OWN = [("counternet", "counternet"), ("rocoursenet", "rocoursenet")]
PUBLISHED = [("base", "vanilla-cf"), ("counternet", "counternet"), ("base", "roar-lime"), ("rocoursenet", "rocoursenet")]
HABITS = {"split drawn": "the split drawn", "dropout off": "dropout off"}
HEURISTIC = [("base", "vanilla-cf-random"), ("rocoursenet-random", "rocoursenet-random")]
THREE = ["validity", "robust-validity", "proximity"]
REJECTED, UNSEEN = ", rejected people", ", people in no training part"

rows = json.load(open(sys.argv[1], encoding="utf-8"))
times = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "times.json")
if os.path.exists(times):
    rows += json.load(open(times, encoding="utf-8"))
found = {(r["table"], r["dataset"], r["model"], r["method"], r["metric"]): r for r in rows}


def cell(table, dataset, model, method, metric, digits=3, spread=False):
    r = found.get((table, dataset, model, method, metric), {})
    text = number(r.get("ours"), digits)
    if spread and r.get("ours_sd") is not None:
        text += f" ± {number(r['ours_sd'], digits)}"
    return text + (f" ({number(r['paper'], digits)})" if r.get("paper") is not None else "")


def three(table, dataset, model, method, suffix=""):
    return [cell(table, dataset, model, method, m + suffix, 2 if m == "proximity" else 3, spread=not suffix) for m in THREE]


def bars():
    for s in SETS:
        for m in THREE:
            r = found.get(("bar", s, "rocoursenet", "rocoursenet", m))
            if r:
                yield row(s, m, number(r["ours"], 2 if m == "proximity" else 3), r["note"])


def listed(table, sets, methods, *more):
    for s in sets:
        for model, method in methods:
            if (table, s, model, method, "validity") in found:
                yield row(s, method, *three(table, s, model, method), *(cell(table, s, model, method, m) for m in more))


def rejected():
    for s in SETS:
        for model, method in METHODS:
            if ("table 2", s, model, method, "validity") in found:
                yield row(s, method, *three("table 2", s, model, method, REJECTED))


def unseen():
    for model, method in METHODS:
        yield row(method, *(cell("table 2", "german-releases", model, method, m, 0 if m.startswith("people") else 3) for m in ("people in no training part", "robust-validity", "robust-validity" + UNSEEN)))


def presets():
    for preset in ("as-written", "as-published"):
        for s in SETS + SHIFTS:
            table = f"table {9 if s in SHIFTS else 2}, {preset}"
            for model, method in PUBLISHED:
                if (table, s, model, method, "validity") in found:
                    yield row(preset, s, method, *three(table, s, model, method))


def habits():
    for s in SETS + SHIFTS:
        for model, method in PUBLISHED:
            for at in ("", *HABITS):
                table = f"table {9 if s in SHIFTS else 2}{', ' * bool(at)}{at}, as-published"
                if (table, s, model, method, "validity") in found:
                    yield row(s, method, HABITS.get(at, "as published"), *(cell(table, s, model, method, m, 2 if m == "proximity" else 3, spread=True).split(" (")[0] for m in THREE))


def models():
    for s in SETS + SHIFTS:
        for model in ("base", "counternet", "rocoursenet", "recourse-aware"):
            yield row(s, model, cell("table 6", s, model, "", "accuracy", spread=True), cell("table 7", s, model, "", "auc", spread=True))


def series(figure, methods, metrics, dataset=None):
    for r in rows:
        if r["table"] == figure and r["metric"] == metrics[0] and r["method"] in methods and (dataset is None or r["dataset"] == dataset):
            yield row(r["dataset"], r["model"], r["method"], *(cell(figure, r["dataset"], r["model"], r["method"], m, 2 if m == "proximity" else 3) for m in metrics))


def clock():
    for s in SETS:
        yield row(s, *(cell("table 10", s, m, "", "seconds of training", 1) for m in ("counternet", "rocoursenet")), cell("table 10", s, "rocoursenet", "", "ratio to counternet", 1))


def inference():
    for s in SETS:
        for metric in ("milliseconds a person", "milliseconds, one person alone"):
            yield row(s, metric.split(" ", 1)[1], *(cell("table 11", s, model, method, metric) for model, method in METHODS))


ALL = [m for _, m in METHODS]
rewrite(__file__, [
    ("**The bars**", bars()), ("**Table 2**", listed("table 2", SETS, METHODS, "pare-bound", "pare-holds")), ("**Table 2 at 50 epochs**", listed("table 2, 50 epochs", ["loan"], OWN)),
    ("**People whom the model rejects**", rejected()), ("**People in no training part**", unseen()), ("**Table 3**", listed("table 3", ["loan"], GENERATORS)), ("**Tables 6 and 7**", models()),
    ("**Table 8**", listed("table 8", ["loan"], HEURISTIC)), ("**Table 9**", listed("table 9", SHIFTS, METHODS)), ("**Other settings**", presets()), ("**Habits of the public code**", habits()), ("**Figure 3**", series("figure 3", ALL, THREE)),
    ("**Figure 4**", series("figure 4", ["rocoursenet"], THREE)), ("**Figures 4a and 4d**", series("figure 4", ALL, ["validity under attack"])), ("**Figure 5**", series("figure 5", ALL, THREE)),
    ("**Figure 6**", series("figure 6", ALL, THREE)), ("**Figure 12**", series("figure 12", ["rocoursenet"], THREE)), ("**Figure 12a**", series("figure 12", ALL, ["validity under attack"])), ("**Inner steps**", series("inner steps", ["rocoursenet"], THREE)), ("**Table 10**", clock()), ("**Table 11**", inference()),
])
