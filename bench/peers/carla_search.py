"""The case of `Redress.Bench carla` in PyTorch on one thread: CARLA's network on its data, then Wachter's search as CARLA runs it, on all people at once.

One tensor, Adam (AMSGrad) by hand, a row stops at p > .5 and leaves the tensor: the same rule as CARLA's loop of one person at a time, vectorised.
REDRESS_DATA names the folder of known data sets; an argument names a file that receives the network's weights, for Redress.Bench to search on too.
"""
import csv, json, os, statistics, sys, time
import torch

torch.set_num_threads(1)
torch.manual_seed(0)
NUMBERS = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"]
BINARIES = [("workclass", "Private"), ("marital-status", "Non-Married"), ("occupation", "Other"), ("relationship", "Non-Husband"),
            ("race", "White"), ("sex", "Male"), ("native-country", "US")]
LAMBDA, RATE, MOST_STEPS = 0.01, 0.01, 1000
folder = os.path.join(os.environ["REDRESS_DATA"], "adult")


def rows(part):
    return [int(line) for line in open(os.path.join(folder, f"adult-carla-{part}-index.csv"))]


table = list(csv.DictReader(open(os.path.join(folder, "adult-carla.csv"))))
x = torch.tensor([[float(r[n]) for n in NUMBERS] + [float(r[c] == one) for c, one in BINARIES] for r in table], dtype=torch.float64)
y = torch.tensor([int(r["income"]) for r in table])
train, test = rows("train"), rows("test")
low, high = x[train].min(0).values, x[train].max(0).values
x = ((x - low) / (high - low)).float()

network = torch.nn.Sequential(torch.nn.Linear(13, 18), torch.nn.ReLU(), torch.nn.Linear(18, 9), torch.nn.ReLU(),
                              torch.nn.Linear(9, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2), torch.nn.Softmax(1))
optimizer = torch.optim.RMSprop(network.parameters(), lr=0.002)
one_hot = torch.nn.functional.one_hot(y, 2).float()
for epoch in range(10):
    for batch in torch.randperm(len(train)).split(1024):
        picked = torch.tensor(train)[batch]
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy(network(x[picked]), one_hot[picked]).backward()
        optimizer.step()
for p in network.parameters():
    p.requires_grad_(False)
predicted = network(x[test]).argmax(1)
print(f"carla: test accuracy\t{(predicted == y[test]).float().mean():.4f}\tshare")
people = x[test][predicted == 0]
print(f"carla: people rejected\t{len(people)}\tpeople")
if len(sys.argv) > 1:
    layers = [m for m in network if isinstance(m, torch.nn.Linear)]
    json.dump({"weights": [m.weight.T.flatten().tolist() for m in layers], "biases": [m.bias.tolist() for m in layers]}, open(sys.argv[1], "w"))


def search(start):
    """CARLA's freedom: the numbers move without limit; the categories are rounded, and so stay."""
    free = torch.tensor([1.0] * len(NUMBERS) + [0.0] * len(BINARIES))
    found, steps = start.clone(), torch.zeros(len(start))
    alive = torch.arange(len(start))
    at, origin = start.clone(), start
    m, v, largest = torch.zeros_like(at), torch.zeros_like(at), torch.zeros_like(at)
    for t in range(1, MOST_STEPS + 1):
        at.requires_grad_()
        p = network(at)[:, 1]
        (g,) = torch.autograd.grad((-p.clamp_min(1e-12).log() + LAMBDA * (at - origin).abs().sum(1)).sum(), at)
        at = at.detach()
        steps[alive] = t
        done = p > 0.5
        if done.any():
            found[alive[done]] = at[done]
            going = ~done
            alive, at, origin, g, m, v, largest = (a[going] for a in (alive, at, origin, g, m, v, largest))
            if len(alive) == 0:
                break
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        largest = torch.maximum(largest, v)
        at = at - free * (RATE / (1 - 0.9**t) * m / (largest.sqrt() / (1 - 0.999**t) ** 0.5 + 1e-8))
    return found, steps, len(alive)


found, steps, left = search(people[:100])
delta = found - people[:100]
print(f"carla, carla's freedom: mean L1 of the first 100\t{delta.abs().sum(1).mean():.4f}\tscaled")
print(f"carla, carla's freedom: mean L2 of the first 100\t{delta.norm(dim=1).mean():.4f}\tscaled")
for count in (1000, len(people)):
    some = people[:count]
    search(some)
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        found, steps, left = search(some)
        times.append(time.perf_counter() - begin)
    print(f"carla, carla's freedom, {len(some)} people: found\t{len(some) - left}\tpeople")
    print(f"carla, carla's freedom, {len(some)} people: steps\t{steps.mean():.2f}\tsteps a person")
    print(f"carla, carla's freedom, {len(some)} people: one core\t{statistics.median(times) / len(some) * 1e6:.2f}\tus a person", flush=True)
