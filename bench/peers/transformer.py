"""The cases of `Redress.Bench transformer` in PyTorch on one thread; prints the same lines. Run with a Python that has torch.

Whole batches: in micro-batches of 32, as ours has them, PyTorch is slower. Processor time stands beside the time, since other programs on the machine stretch it less.
Sampling decodes the positions so far at each position anew: torch.nn keeps no keys and values.
"""
import statistics, time
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1)
WIDTH, HEADS, INNER, TOKENS, BATCH, SAMPLES, BINS = 32, 8, 32, 13, 256, 10, 50
MASK = torch.triu(torch.full((TOKENS, TOKENS), float("-inf")), diagonal=1)


def median(name, repetitions, calls, work):
    for _ in range(3):
        work()
    times, busy = [], []
    for _ in range(repetitions):
        start, before = time.perf_counter(), time.process_time()
        for _ in range(calls):
            work()
        times.append((time.perf_counter() - start) / calls * 1e6)
        busy.append((time.process_time() - before) / calls * 1e6)
    print(f"{name}\t{statistics.median(times):.1f}\tus", flush=True)
    print(f"{name} processor\t{statistics.median(busy):.1f}\tus", flush=True)


def network(layers):
    return torch.nn.Transformer(WIDTH, HEADS, layers, layers, INNER, dropout=0.0, batch_first=True)


def training(layers):
    net = network(layers)
    source, target, wanted = (torch.randn(BATCH, TOKENS, WIDTH) for _ in range(3))
    optimizer = torch.optim.Adam(net.parameters())

    def backward():
        optimizer.zero_grad(set_to_none=True)
        F.mse_loss(net(source, target, tgt_mask=MASK), wanted).backward()

    def step():
        backward()
        optimizer.step()

    median(f"forward and backward, {layers}+{layers} layers", 7 if layers == 4 else 5, 1, backward)
    median(f"Adam step, {layers}+{layers} layers", 7 if layers == 4 else 5, 1, step)


def sampling(layers):
    net = network(layers).eval()
    heads = [torch.nn.Linear(WIDTH, BINS) for _ in range(TOKENS)]
    source, positions, values = torch.randn(1, TOKENS, WIDTH), torch.randn(TOKENS, WIDTH), torch.randn(WIDTH)

    def work():
        with torch.inference_mode():
            memory = net.encoder(source).expand(SAMPLES, TOKENS, WIDTH)
            rows, drawn = torch.zeros(SAMPLES, 0, WIDTH), torch.zeros(SAMPLES, 1)
            for position in range(TOKENS):
                rows = torch.cat([rows, (positions[position] + drawn / BINS * values)[:, None]], 1)
                hidden = net.decoder(rows, memory, tgt_mask=MASK[:position + 1, :position + 1])[:, -1]
                drawn = torch.multinomial(heads[position](hidden).softmax(-1), 1).float()

    median(f"10 samples for a person, {layers}+{layers} layers", 5, 2, work)


def blas():
    """The BLAS that torch has loaded: Debian's reference BLAS would be a slow, unfair opponent."""
    with open("/proc/self/maps") as maps:
        found = {line.split()[-1].split("/")[-1] for line in maps if "blas" in line}
    return " ".join(sorted(found)) or "built in"


if __name__ == "__main__":
    print(f"torch\t{torch.__version__}\tversion")
    print(f"blas\t{blas()}\tversion")
    for layers in (4, 16):
        training(layers)
        sampling(layers)
