#!/usr/bin/env bash
# Checks the lcov tracefile of this workspace with lcov's own programs: that they read it, and that
# their sums are those it says.
#
#   tests/tools/check_coverage.sh [PROGRAM]    the program; target/debug/meniscus without one
#
# Needs `lcov` and `genhtml` (Debian's package lcov).
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
program="$(realpath "${1:-$root/target/debug/meniscus}")"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT

cd "$root"
"$program" test --check --coverage=lcov --coverage-dir "$out" > /dev/null || [ $? -eq 1 ]
summary="$(lcov --rc lcov_branch_coverage=1 --rc branch_coverage=1 --summary "$out/lcov.info" 2>&1)"
echo "$summary"
sums() { awk -F: -v key="$1" '$1 == key { sum += $2 } END { print sum }' "$out/lcov.info"; }
for pair in "lines LH LF" "functions FNH FNF" "branches BRH BRF"; do
    read -r name hit found <<< "$pair"
    grep -Eq "$name\.*: .*\($(sums "$hit") of $(sums "$found") " <<< "$summary" \
        || { echo "the $name are not as the tracefile says" >&2; exit 1; }
done
genhtml --quiet --branch-coverage --output-directory "$out/page" "$out/lcov.info"
echo "lcov and genhtml read the tracefile"
