"""Joins the lines of bench/transformer.sh's rounds into bench/results/<cpu>-transformer.md. Arguments: folder of lines, SDK version, commit."""
import glob, os, re, statistics, sys

RATIOS = {"Adam step, 16+16 layers": 4, "forward and backward, 16+16 layers": None, "Adam step, 4+4 layers": None, "forward and backward, 4+4 layers": 5}
MOST = {"10 samples for a person, 16+16 layers": 6, "10 samples for a person, 4+4 layers": 2}
MOST_BYTES = 16 * 1024
folder, sdk, commit = sys.argv[1:]


def read(side):
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, side + ".*"))):
        for line in open(path):
            name, value, unit = line.rstrip("\n").split("\t")
            found.setdefault(name, []).append(value if unit == "version" else float(value) / 1000 if unit == "us" else float(value))
    return found


def cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown"


def figure(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def shown(values):
    return f"{figure(statistics.median(values))} [{figure(min(values))}]" if values else ""


def verdict(met):
    return "met" if met else "missed"


ours, peer = read("ours"), read("peer")
blas = peer.get("blas", [None])[-1]
rounds = len(next(iter(ours.values())))
text = [f"# {cpu()}: transformers", ""]
text.append(f"Commit {commit}, .NET SDK {sdk}, " + (f"PyTorch {peer['torch'][-1]} with {blas}, one thread. " if peer else "no PyTorch here. ")
            + f"{rounds} rounds in turns; each figure is the median of the rounds' medians [smallest], in ms. Load average {os.getloadavg()[1]:.0f} on {os.cpu_count()} cores at the end: "
            + "time is what the clock said, processor time what the process was given of it. 32 columns, 8 heads, 32 columns between the affine layers, 13 positions, batch 256.")
if blas and "openblas" not in blas:
    text.append("\n**PyTorch ran on the reference BLAS: these ratios flatter us. Set PEER_LIBRARY_PATH.**")
text += ["", "| training | ours | PyTorch | ratio | processor time: ours | PyTorch | ratio | of smallest | bar | |", "|---|---|---|---|---|---|---|---|---|---|"]
for name, bar in RATIOS.items():
    a, b, c, d = (side.get(name + kind, []) for kind in ("", " processor") for side in (ours, peer))
    if not b:
        text.append(f"| {name} | {shown(a)} | | | {shown(c)} | | | | {f'{bar}x' if bar else ''} | |")
        continue
    ratio, busy = statistics.median(b) / statistics.median(a), statistics.median(d) / statistics.median(c)
    text.append(f"| {name} | {shown(a)} | {shown(b)} | {ratio:.1f}x | {shown(c)} | {shown(d)} | {busy:.1f}x | {min(d) / min(c):.1f}x | {f'{bar}x' if bar else ''} | {verdict(min(ratio, busy) >= bar) if bar else ''} |")
text += ["", "| sampling, whole | time | processor time | PyTorch, processor time | bar | |", "|---|---|---|---|---|---|"]
for name, bar in MOST.items():
    a, c = ours[name], ours[name + " processor"]
    text.append(f"| {name} | {shown(a)} | {shown(c)} | {shown(peer.get(name + ' processor', []))} | {bar} ms | {verdict(statistics.median(c) <= bar)} by processor time, {verdict(min(a) <= bar)} by the clock's smallest |")
text += ["", "| bytes allocated | | bar | |", "|---|---|---|---|"]
for name in list(RATIOS) + list(MOST):
    count = statistics.median(ours[name + " allocation"])
    text.append(f"| {name} | {count:.0f} | {MOST_BYTES} | {verdict(count < MOST_BYTES)} |")
target = os.path.join("bench", "results", re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((r|tm)\)", "", cpu().lower())).strip("-") + "-transformer.md")
os.makedirs(os.path.dirname(target), exist_ok=True)
with open(target, "w") as f:
    f.write("\n".join(text) + "\n")
print("\n".join(text))
print("written to", target)
