#!/usr/bin/env bash
# Runs other programs and thecal on the same phantoms. See README.md.
#   run.sh [--full] [--out DIR]
set -euo pipefail
cd "$(dirname "$0")"

per_slice=8
repeats=5
out=
while [ $# -gt 0 ]; do
    case "$1" in
        --full) per_slice=52; shift ;;
        --out) out=$2; shift 2 ;;
        *) echo "usage: run.sh [--full] [--out DIR]" >&2; exit 2 ;;
    esac
done

if ! command -v plastimatch >/dev/null; then
    echo "plastimatch is not on the path: its rows are left out (Debian: apt-get install plastimatch)" >&2
fi
if ! command -v dciodvfy >/dev/null; then
    echo "dciodvfy is not on the path: it is not asked (Debian: apt-get install dicom3tools)" >&2
fi
if ! cmp -s requirements.txt .venv/installed.txt; then
    python3 -m venv --clear .venv
    .venv/bin/pip install --quiet --no-deps --requirement requirements.txt
    cp requirements.txt .venv/installed.txt
fi
cargo build --release --quiet --package thecal-cli
cargo build --release --quiet --package thecal-dicom --example load_series

.venv/bin/python gap.py --per-slice "$per_slice" ${out:+--out "$out"}
.venv/bin/python speed.py --repeats "$repeats" ${out:+--out "$out"}
.venv/bin/python loading.py ${out:+--out "$out"}
.venv/bin/python judges.py
