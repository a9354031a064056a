"""Rewrites the tables of ross2021.md from a full run: python3 docs/studies/ross2021.py OUT/results.json. The text around them is for a person to check."""
import json, re, sys

from tables import number, rewrite, row

SETS = ["adult", "compas", "bail", "german"]
METHODS = ["linear-step", "gradient", "actionable-recourse"]
rows = json.load(open(sys.argv[1]))
found = {(r["table"], r["dataset"], r["model"], r["method"], r["metric"]): r for r in rows}


def ours(table, dataset, model, method, metric):
    return number(found.get((table, dataset, model, method, metric), {}).get("ours"))


def presets(table, dataset, model, method, metric):
    """As written / corrected / as published (paper)."""
    three = [ours(table + preset, dataset, model, method, metric) for preset in ("", ", corrected", ", as-published")]
    paper = found[table, dataset, model, method, metric]["paper"]
    return " / ".join(three) + f" ({number(paper)})"


def table1():
    for metric, method in [(m, "") for m in ("f1", "accuracy", "precision", "recall")] + [(m, k) for m in ("recourse-neg", "recourse-all") for k in METHODS]:
        for model in ("baseline", "ours"):
            yield row(f"{metric}, {method}" if method else metric, model, *(presets("table 1", s, model, method, metric) for s in SETS))


def table2():
    for model in ("baseline", "ours"):
        for metric, method in (("f1", ""), ("recourse-all", "linear-step")):
            yield row("PARE", model, metric, *(presets("table 2", s, model + ", θ by PARE", method, metric) for s in SETS))


def table3():
    for metric, method in (("recourse-robustness", "gradient"), ("recourse-robustness", "linear-step"), ("model-robustness", "")):
        for model in ("baseline", "ours"):
            yield row(f"{metric}, {method}" if method else metric, model, *(presets("table 3", s, model, method, metric) for s in SETS))


def bar():
    for dataset in SETS:
        for method in ("gradient", "linear-step"):
            for where in ("own θ", "front", "front, chosen on validation"):
                cells = [found["bar", dataset, where, method, m] for m in ("f1", "accuracy", "recourse-neg", "recourse-all")]
                place = re.search(r"λ=([\d.]+)(?: accepted=([\d.]+))?", cells[0]["note"])
                at = f"{where}: λ={place[1]}" + (f", accepting {place[2]}" if place[2] else "")
                met = all(c["ours"] is not None and c["ours"] >= c["paper"] for c in cells)
                yield row(dataset, method, at, *(f"{number(c['ours'])} ({number(c['paper'])})" for c in cells), "met" if met else "missed")


def equal():
    for label, model in (("λ = 0", "baseline"), ("any λ above 0", "ours")):
        yield row(label, *(ours("equal performance", s, model, "linear-step", "recourse-neg") for s in SETS))


def by_validation():
    for s in SETS:
        at = "table 1, λ by validation"
        note = found[at, s, "ours", "", "f1"]["note"]
        yield row(s, re.search(r"λ=([\d.]*\d)", note)[1], ours(at, s, "ours", "", "f1"), ours(at, s, "ours", "", "accuracy"),
                  ours(at, s, "ours", "linear-step", "recourse-neg"), ours(at, s, "ours", "linear-step", "recourse-all"))


def pare():
    for model in ("baseline", "ours"):
        for epsilon in ("0.05", "0.1", "0.25"):
            name = f"{model} ε={epsilon}"
            yield row(model, epsilon, *(ours("PARE at ε", s, name, "", "f1") + " / " + ours("PARE at ε", s, name, "linear-step", "recourse-all") for s in SETS))


def whole():
    columns = [("in fractions", "linear-step"), ("rounded to whole units", "linear-step"), ("searched in whole units", "linear-step"), ("in fractions", "gradient"), ("rounded to whole units", "gradient")]
    for s in SETS:
        for model in ("baseline", "ours"):
            yield row(s, model, *(ours("whole units", s, f"{model}, {how}", method, "recourse-neg") for how, method in columns))


rewrite(__file__, [("**Table 1**", table1()), ("**Table 2**", table2()), ("**Table 3**", table3()), ("## The bar", bar()), ("**At equal F1", equal()), ("**λ by validation**", by_validation()), ("**F1 and recourse-all under PARE**", pare()), ("**Whole units**", whole())])
