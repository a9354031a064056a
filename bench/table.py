"""Joins the lines of bench/run.sh's rounds into bench/results/<cpu>.md. Arguments: folder of lines, SDK version, commit."""
import glob, os, re, statistics, sys

BARS = {"training step, batch 15": 9, "training step, batch 128": 4, "unrolled attack step": 2.5, "gradient search": 4.5}
MOST_BYTES = 16 * 1024
folder, sdk, commit = sys.argv[1:]


def read(side):
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, side + ".*"))):
        for line in open(path):
            name, value, unit = line.rstrip("\n").split("\t")
            found.setdefault(name, []).append(value if unit == "version" else float(value))
    return found


def cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown"


ours, peer = read("ours"), read("peer")
blas = peer.get("blas", [None])[-1]
text = [f"# {cpu()}", ""]
text.append(f"Commit {commit}, .NET SDK {sdk}, " + (f"PyTorch {peer['torch'][-1]} with {blas}, one thread. " if peer else "no PyTorch here. ")
            + f"{len(next(iter(ours.values())))} rounds in turns; each figure is the median of the rounds' medians [smallest].")
if blas and "openblas" not in blas:
    text.append("\n**PyTorch ran on the reference BLAS: these ratios flatter us. Set PEER_LIBRARY_PATH.**")
text += ["", "| case | ours, µs | PyTorch, µs | ratio | of smallest | bar | |", "|---|---|---|---|---|---|---|"]
for name, bar in BARS.items():
    a, b = ours[name], peer.get(name)
    if b is None:
        text.append(f"| {name} | {statistics.median(a):.0f} [{min(a):.0f}] | | | | {bar}x | |")
        continue
    ratio = statistics.median(b) / statistics.median(a)
    text.append(f"| {name} | {statistics.median(a):.0f} [{min(a):.0f}] | {statistics.median(b):.0f} [{min(b):.0f}] | {ratio:.1f}x | {min(b) / min(a):.1f}x | {bar}x | {'met' if ratio >= bar else 'missed'} |")
text += ["", "| case | bytes allocated | bar | |", "|---|---|---|---|"]
for name in list(BARS)[:2]:
    count = statistics.median(ours[name + " allocation"])
    text.append(f"| {name} | {count:.0f} | {MOST_BYTES} | {'met' if count < MOST_BYTES else 'missed'} |")
target = os.path.join("bench", "results", re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((r|tm)\)", "", cpu().lower())).strip("-") + ".md")
os.makedirs(os.path.dirname(target), exist_ok=True)
with open(target, "w") as f:
    f.write("\n".join(text) + "\n")
print("\n".join(text))
print("written to", target)
