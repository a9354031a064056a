#!/usr/bin/env bash
# Times `redress recourse` on a CSV of a million people (adult's rows again and again) with linear-step on a 3x100 tanh network:
# reading, scoring, searching and writing included. REDRESS_DATA names the folder of known data sets; ROUNDS of each, default 3.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REDRESS_DATA:?Set REDRESS_DATA to the folder of known data sets.}"
rounds=${ROUNDS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build src/Redress.Cli -c Release --nologo -v quiet
redress() { dotnet artifacts/bin/Redress.Cli/release/Redress.Cli.dll "$@"; }
redress datasets --export adult --out "$work" 2> /dev/null > /dev/null
redress train "$work/adult.csv" --schema "$work/adult.schema.json" --out "$work/model.safetensors" 2> /dev/null > /dev/null
awk -F, 'NR == 1 { print; next } { line[NR - 2] = substr($0, index($0, ",")) } END { for (i = 0; i < 1000000; i++) print i + 1 line[i % (NR - 1)] }' "$work/adult.csv" > "$work/people.csv"
for format in ndjson csv; do
  for threads in 2 1; do
    for round in $(seq "$rounds"); do
      start=$(date +%s.%N)
      redress recourse "$work/model.safetensors" "$work/people.csv" --method linear-step --threads "$threads" --out "$work/out.$format" --force > /dev/null
      end=$(date +%s.%N)
      awk -v s="$start" -v e="$end" -v f="$format" -v t="$threads" 'BEGIN { printf "redress recourse, 1000000 people, .%s, --threads %d\t%.2f\ts\t%.0f people/s\n", f, t, e - s, 1e6 / (e - s) }'
    done
  done
done
