"""Joins the lines of the benches library, carla, lime, spheres, robust and stream.sh into bench/results/<cpu>-library.md. Arguments: commit, files of lines."""
import re, subprocess, sys

# The bars: a pattern of the case's name, the limit, and whether more is better.
BARS = [
    (r"^training adult.*one core$", 4, False),
    (r"^training at batch 512: two cores against one$", 1.7, True),
    (r"^(gradient|linear-step|actionable-recourse|score-matching|growing-spheres), \d+ people.*: two cores against one$", 1.8, True),
    (r"^linear-step, one core$", 2, False),
    (r"^carla, .*: one core$", 3, False),
    (r"^gradient, 100 steps on 3x100 tanh, \d+ people.*one core$", 150, False),
    (r"^actionable-recourse, 1000 LIME samples, .*one core$", 2, False),
    (r"^score-matching.*: one core$", 5, False),
    (r"^growing-spheres, .*\d+ people: one core$", 500, False),
    (r"^growing-spheres, Laugel's search, .*500 images: two cores$", 20, False),
    (r"^growing-spheres, preset carla, natural training, 500 images: two cores$", 70, False),
    (r"^growing-spheres, preset carla, adversarial training, 500 images: two cores$", 130, False),
    (r"^roar(, preset lime)?, [\d-]+, \d+ people: one core$", 0.5, False),
    (r"^rbr(, preset plain)?, [\d-]+, \d+ people: one core$", 5, False),
    (r"^redress recourse, .*--threads 2$", 250_000, True),
]
commit, files = sys.argv[1], sys.argv[2:]
cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
lines = [line.rstrip("\n").split("\t") for file in files for line in open(file) if "\t" in line]
machine = next(l[1] for l in lines if l[0] == "machine")
text = [f"# {cpu}: the library", "",
        f"Commit {commit}, {machine}, no other load started. `library`, `carla`, `lime`, `spheres`, `robust` and `bench/stream.sh` with REDRESS_DATA set; medians of the rounds that each bench names, one core and two in turns.", "",
        "| case | value | unit | bar | |", "|---|---|---|---|---|"]
streams = {}
for line in lines:
    if line[0] == "machine":
        continue
    name, value, unit = line[0], float(line[1]), line[2]
    if name.startswith("redress recourse"):
        streams.setdefault(name, []).append(int(line[3].split()[0]))
        continue
    bar = next(((limit, more) for pattern, limit, more in BARS if re.search(pattern, name)), None)
    verdict = "" if bar is None else "met" if (value >= bar[0] if bar[1] else value <= bar[0]) else "missed"
    text.append(f"| {name} | {line[1]} | {unit} | {'' if bar is None else bar[0]} | {verdict} |")
for name, rates in streams.items():
    rate = sorted(rates)[len(rates) // 2]
    bar = next((limit for pattern, limit, _ in BARS if re.search(pattern, name)), None)
    text.append(f"| {name} | {rate} | people/s, median of {len(rates)} | {bar or ''} | {'' if bar is None else 'met' if rate >= bar else 'missed'} |")
path = "bench/results/" + re.sub(r"[^a-z0-9]+", "-", re.sub(r"\(.\)|\(R\)", "", cpu, flags=re.I).lower()).strip("-") + "-library.md"
open(path, "w").write("\n".join(text) + "\n")
print("written to " + path)
