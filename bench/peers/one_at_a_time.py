"""Gradient search as published tools run it: one person at a time, 500 Adam steps each on 13-18-9-3-2 ReLU, -log score plus a distance.

Prints the median microseconds of a person. Run with one thread, like engine.py: OMP_NUM_THREADS=1 python3 one_at_a_time.py
"""
import statistics
import time
import torch

torch.manual_seed(1)
torch.set_num_threads(1)
sizes = [13, 18, 9, 3, 2]
layers = []
for a, b in zip(sizes, sizes[1:]):
    layers += [torch.nn.Linear(a, b), torch.nn.ReLU()]
network = torch.nn.Sequential(*layers[:-1])
for parameter in network.parameters():
    parameter.requires_grad_(False)


def search(person):
    point = person.clone().requires_grad_()
    optimizer = torch.optim.Adam([point], lr=0.01, amsgrad=True)
    for _ in range(500):
        optimizer.zero_grad()
        score = torch.log_softmax(network(point), dim=1)[:, 1]
        loss = -score.sum() + 0.01 * (point - person).abs().sum()
        loss.backward()
        optimizer.step()
    return point.detach()


people = torch.rand(12, 1, 13)
search(people[0])
times = []
for person in people:
    start = time.perf_counter()
    search(person)
    times.append(time.perf_counter() - start)
print(f"gradient search, one person at a time\t{statistics.median(times) * 1e6:.0f}\tus a person")
