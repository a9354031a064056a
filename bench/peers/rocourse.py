"""The cases of `Redress.Bench rocourse` in PyTorch on one thread; prints the same lines. Run with a Python that has torch."""
import statistics, time
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1)
BATCH, NUMBERS, GROUPS, T, K, EPSILON = 128, 7, (51, 36, 3, 7, 6), 7, 2, 0.1
WIDTH = NUMBERS + sum(GROUPS)


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


def people():
    return torch.cat([torch.rand(BATCH, NUMBERS)] + [F.one_hot(torch.randint(g, (BATCH,)), g).float() for g in GROUPS], 1)


def layers(sizes):
    made = []
    for a, b in zip(sizes, sizes[1:]):
        layer = torch.nn.Linear(a, b)
        made += [layer.weight.detach().requires_grad_(), layer.bias.detach().requires_grad_()]
    return made


def hidden(z, p, dropout=0.0):
    """Activations of all hidden layers, and the output."""
    kept = []
    for i in range(0, len(p) - 2, 2):
        z = F.leaky_relu(F.linear(z, p[i], p[i + 1]), 0.01)
        if dropout:
            z = F.dropout(z, dropout)
        kept.append(z)
    return kept, F.linear(z, p[-2], p[-1])


def probability(z, p):
    return torch.sigmoid(hidden(z, p)[1])


def data_shift(theta, x, y, recourse, desired, rate, adam):
    """Algorithm 1: theta trained again on shifted rows, numbers only."""
    delta = torch.empty(BATCH, NUMBERS).uniform_(-EPSILON, EPSILON)
    mean, square = [torch.zeros_like(p) for p in theta], [torch.zeros_like(p) for p in theta]
    theta, count = [p.detach().requires_grad_() for p in theta], 0
    for _ in range(T):
        delta.requires_grad_()
        shifted = torch.cat([x[:, :NUMBERS] + delta, x[:, NUMBERS:]], 1)
        inner = theta
        for _ in range(K):
            gradients = torch.autograd.grad(((probability(shifted, inner) - y) ** 2).mean(), inner, create_graph=True)
            if not adam:
                inner = [p - rate * g for p, g in zip(inner, gradients)]
                continue
            count += 1
            clipped = [g.clamp(-1, 1) for g in gradients]
            mean = [0.9 * m + 0.1 * g for m, g in zip(mean, clipped)]
            square = [0.999 * v + 0.001 * g * g for v, g in zip(square, clipped)]
            r, s = rate / (1 - 0.9**count), 1 / (1 - 0.999**count) ** 0.5
            inner = [p - r * m / ((v + 1e-30).sqrt() * s + 1e-8) for p, m, v in zip(inner, mean, square)]
        loss = ((probability(recourse, inner) - desired) ** 2).mean()
        (g,) = torch.autograd.grad(loss, [delta])
        with torch.no_grad():
            delta = (delta + 2.5 * EPSILON / T * g.sign()).clamp(-EPSILON, EPSILON)
        theta = [p.detach().requires_grad_() for p in inner]
        mean, square = [m.detach() for m in mean], [v.detach() for v in square]
    return theta


def shift_alone():
    theta = layers([WIDTH, 200, 10, 10, 1])
    x, recourse, y = people(), people(), (torch.arange(BATCH) % 2).float()[:, None]
    with torch.no_grad():
        desired = 1 - probability(x, theta).round()
    median("data shift, 110-200-10-10-1, plain steps", 7, 5, lambda: data_shift(theta, x, y, recourse, desired, 0.03, False))


def soften(rows):
    parts, at = [rows[:, :NUMBERS]], NUMBERS
    for g in GROUPS:
        parts.append(torch.softmax(rows[:, at:at + g], 1))
        at += g
    return torch.cat(parts, 1)


def harden(rows):
    parts, at = [rows[:, :NUMBERS]], NUMBERS
    for g in GROUPS:
        parts.append(F.one_hot(rows[:, at:at + g].argmax(1), g).float())
        at += g
    return torch.cat(parts, 1)


def training(name, robust):
    """A step of RoCourseNet (or CounterNet) on 110-50-10-10-1 with a generator 20-50-50-110."""
    theta, g = layers([WIDTH, 50, 10, 10, 1]), layers([20, 50, 50, WIDTH])
    x, y = people(), (torch.arange(BATCH) % 2).float()[:, None]
    first, second = torch.optim.Adam(theta, 0.003), torch.optim.Adam(g, 0.003)

    def written(dropout):
        z = hidden(x, theta, dropout)[0]
        return hidden(torch.cat([z[1].detach(), z[-1].detach()], 1), g, dropout)[1]

    def step():
        first.zero_grad(set_to_none=True)
        ((torch.sigmoid(hidden(x, theta, 0.3)[1]) - y) ** 2).mean().backward()
        first.step()
        with torch.no_grad():
            desired = 1 - probability(x, theta).round()
            recourse = harden(written(0.0)) if robust else None
        judge = data_shift(theta, x, y, recourse, desired, 0.03, True) if robust else [p.detach() for p in theta]
        second.zero_grad(set_to_none=True)
        cf = soften(written(0.3))
        (0.2 * ((probability(cf, [p.detach() for p in judge]) - desired) ** 2).mean() + 0.1 * ((x - cf) ** 2).mean()).backward()
        second.step()

    median(name, 7, 5 if robust else 50, step)


shift_alone()
training("RoCourseNet step, 110-50-10-10-1, Adam inside", True)
training("CounterNet step, 110-50-10-10-1", False)
