"""The cases of `Redress.Bench engine` in PyTorch on one thread; prints the same lines. Run with a Python that has torch."""
import statistics, time
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1)


def median(name, repetitions, calls, work):
    for _ in range(max(3, calls // 4)):
        work()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(calls):
            work()
        times.append((time.perf_counter() - start) / calls * 1e6)
    print(f"{name}\t{statistics.median(times):.1f}\tus", flush=True)


def network(sizes, activation):
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(a, b), activation()]
    return torch.nn.Sequential(*layers[:-1])


def uniform(rows, cols):
    return 2 * torch.rand(rows, cols) - 1


def training_step(batch, calls):
    net = network([12, 100, 100, 100, 1], torch.nn.Tanh)
    x, y = uniform(batch, 12), (torch.arange(batch) % 2).float()[:, None]
    optimizer = torch.optim.Adam(net.parameters())

    def work():
        optimizer.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(net(x), y).backward()
        optimizer.step()

    median(f"training step, batch {batch}", 11, calls, work)


def unrolled_attack_step():
    batch, steps, inner, sizes = 128, 7, 2, [110, 200, 10, 10, 2]
    net = network(sizes, torch.nn.LeakyReLU)
    x, other = uniform(batch, 110), uniform(batch, 110)
    y = F.one_hot(torch.arange(batch) % 2, 2).float()
    start = list(net.parameters())

    def forward(z, p):
        for i in range(0, len(p), 2):
            z = F.linear(z, p[i], p[i + 1])
            if i + 2 < len(p):
                z = F.leaky_relu(z, 0.01)
        return z

    def work():
        with torch.no_grad():
            target = 1 - torch.softmax(net(x), 1)
        shift = torch.zeros(batch, 110)
        for _ in range(steps):
            delta = shift.clone().requires_grad_()
            p = start
            for _ in range(inner):
                g = torch.autograd.grad(F.cross_entropy(forward(x + delta, p), y), p, create_graph=True)
                p = [a - 0.1 * b for a, b in zip(p, g)]
            gradient = torch.autograd.grad(F.cross_entropy(forward(other, p), target), delta)[0]
            shift = (shift + 0.02 * gradient.sign()).clamp(-0.1, 0.1)

    median("unrolled attack step", 11, 5, work)


def gradient_search():
    net = network([13, 18, 9, 3, 2], torch.nn.ReLU)
    for p in net.parameters():
        p.requires_grad_(False)
    start = uniform(1000, 13)

    def work():
        x = start.clone().requires_grad_()
        optimizer = torch.optim.Adam([x], lr=0.01)
        for _ in range(500):
            optimizer.zero_grad(set_to_none=True)
            loss = (x - start).abs().sum() * 0.05 - torch.log_softmax(net(x), 1)[:, 1].sum()
            loss.backward()
            optimizer.step()

    median("gradient search", 5, 1, work)


def blas():
    """The BLAS library in use: Debian's reference BLAS is tens of times slower than OpenBLAS and no fair opponent."""
    with open("/proc/self/maps") as maps:
        found = {line.split()[-1].split("/")[-1] for line in maps if "blas" in line}
    return " ".join(sorted(found)) or "built in"


print(f"torch\t{torch.__version__}\tversion")
print(f"blas\t{blas()}\tversion")
training_step(15, 300)
training_step(128, 150)
unrolled_attack_step()
gradient_search()
