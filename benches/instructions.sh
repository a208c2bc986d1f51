#!/usr/bin/env bash
# Counts the instructions of the voxel core's inner loops and compares them with those written in
# instructions.txt: a guard against slower code that no other load on the machine disturbs.
#
#   benches/instructions.sh            compares; fails when a count is off by more than 10 %
#   benches/instructions.sh --renew    writes the counts anew, after a change that was meant
#
# Valgrind's own model of a processor decides which code is taken: it has AVX2 and no AVX-512,
# whatever the machine has. Where valgrind is missing, the machine has no AVX2 or is no x86-64, it
# says so and passes.
set -euo pipefail
cd "$(dirname "$0")/.."
counts=benches/instructions.txt
# Each crate is compiled in one piece: two folders with the same source have the same counts.
tolerance=10

skip() { echo "instruction counts: skipped, $1"; exit 0; }
command -v valgrind >/dev/null || skip "valgrind is not installed (apt-get install valgrind)"
[ "$(uname -m)" = x86_64 ] || skip "the counts are of an x86-64"
grep -qw avx2 /proc/cpuinfo || skip "this machine has no AVX2"

# The counts are of what `cargo test --release --workspace` has built.
unset CARGO_PROFILE_RELEASE_LTO CARGO_PROFILE_RELEASE_CODEGEN_UNITS CARGO_INCREMENTAL RUSTFLAGS
cargo build --release --quiet --workspace --example counted
program=$(cargo metadata --no-deps --format-version 1 |
  sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/release/examples/counted
compiler=$(rustc --version | cut -d' ' -f2)

found=$(mktemp)
trap 'rm -f "$found"' EXIT
for name in $("$program"); do
  count=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    --toggle-collect='counted::counted_work*' "$program" "$name" 2>&1 |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p')
  [ "${count:-0}" -gt 0 ] || { echo "instruction counts: none for $name" >&2; exit 1; }
  echo "$name $count" >>"$found"
done

if [ "${1:-}" = --renew ]; then
  { echo "# Instructions of each work of examples/counted.rs; renew with benches/instructions.sh --renew."
    echo "# rustc $compiler, $(valgrind --version)"
    cat "$found"; } >"$counts"
  cat "$counts"
  exit
fi

echo "instruction counts (rustc $compiler; written with $(sed -n 's/^# rustc //p' "$counts")):"
awk -v tolerance="$tolerance" '
  FNR == NR { if ($1 != "#") written[$1] = $2; next }
  {
    if (!($1 in written)) { printf "  %-20s %12d  not in the file\n", $1, $2; bad = 1; next }
    change = 100 * ($2 / written[$1] - 1)
    note = ""
    if (change > tolerance) { note = "  TOO MANY"; bad = 1 }
    if (change < -tolerance) { note = "  fewer"; bad = 1 }
    printf "  %-20s %12d  %+6.1f %%%s\n", $1, $2, change, note
    delete written[$1]
  }
  END {
    for (name in written) { printf "  %-20s no longer counted\n", name; bad = 1 }
    if (bad) print "Counts differ by more than " tolerance " %: mend the code, or renew the file with benches/instructions.sh --renew."
    exit bad
  }' "$counts" "$found"
