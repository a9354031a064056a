#!/usr/bin/env bash
# Times training and sampling with a transformer and its PyTorch twins in turns (ROUNDS of each, default 3) and writes bench/results/<cpu>-transformer.md.
# PEER_PYTHON and PEER_LIBRARY_PATH as in run.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-3}
python=${PEER_PYTHON:-/usr/bin/python3}
lines=$(mktemp -d)
trap 'rm -rf "$lines"' EXIT
dotnet build bench/Redress.Bench -c Release --nologo -v quiet
for round in $(seq "$rounds"); do
  echo "round $round of $rounds: ours" >&2
  dotnet artifacts/bin/Redress.Bench/release/Redress.Bench.dll transformer > "$lines/ours.$round"
  if "$python" -c 'import torch' 2>/dev/null; then
    echo "round $round of $rounds: PyTorch" >&2
    LD_LIBRARY_PATH="${PEER_LIBRARY_PATH:-}" OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 "$python" bench/peers/transformer.py > "$lines/peer.$round"
  fi
done
"$python" bench/transformer_table.py "$lines" "$(dotnet --version)" "$(git rev-parse --short HEAD)"
