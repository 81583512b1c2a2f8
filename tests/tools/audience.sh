#!/usr/bin/env bash
# An invented audience through `meniscus audience`, its counts compared with what the generator says of itself:
# `tests/tools/audience.sh [PROGRAM [ROWS]]`.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:-$root/target/debug/meniscus}")
rows=${2:-20000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$root/benches/audience/generate.py" "$rows" "$work"
cd "$root"
count() { "$program" audience "$@" --now 2026-03-01T09:00:00Z --report json 2>/dev/null; }
wallets="$work/wallets.ndjson"
count templates/offer_wallet --users "$work/users.ndjson" --answers "$wallets" --threads 1 >"$work/one.json"
count templates/offer_wallet --users "$work/users.ndjson" --answers "$wallets" --threads 3 >"$work/three.json"
cmp "$work/one.json" "$work/three.json"
# The same rows in parts, packed, and as a table.
split -l $((rows / 3)) "$work/users.ndjson" "$work/part-"
gzip "$work/part-aa"
for part in "$work"/part-*; do
    count templates/offer_wallet --users "$part" --answers "$wallets" >"$part.json"
done
"$program" audience --merge "$work"/part-*.json --report json >"$work/merged.json"
count templates/offer_wallet --users "$work/users.csv" --answers "$wallets" >"$work/table.json"
count templates/offer_triggered --users "$work/triggers.ndjson" >"$work/triggered.json"
python3 - "$work" "$rows" <<'PYTHON'
import json, pathlib, sys

work, rows = pathlib.Path(sys.argv[1]), int(sys.argv[2])


def numbers(name):
    tally = json.loads((work / f"{name}.json").read_text())
    rows_of = lambda what: {place: counted["rows"] for place, counted in tally[what].items()}
    simple = {key: value for key, value in tally.items() if isinstance(value, int)}
    return simple, rows_of("aborts"), rows_of("branches"), rows_of("row_errors")


def of(step, rest):
    return sum(1 for row in range(rows) if row % step == rest)


simple, aborts, branches, errors = numbers("one")
no_wallet, failed, nameless = of(200, 11), of(1_000, 7), of(100, 3)
wanted = {
    "rows": rows + 4, "sent": rows - no_wallet - failed, "unanswered": no_wallet, "calls": rows * 2,
    "with_blanks": 0, "excluded": 0,
}
for key, value in wanted.items():
    assert simple[key] == value, (key, simple[key], value)
assert sum(aborts.values()) == no_wallet + failed, aborts
assert sum(errors.values()) == 4, errors
missing = [count for place, count in branches.items() if "body.html" in place and "`${first_name}` is missing" in place]
assert missing == [nameless], (missing, nameless)
assert numbers("merged") == numbers("one")
table = numbers("table")
assert table[0] == {**simple, "rows": rows}, table[0]
assert table[1:3] == (aborts, branches)
assert numbers("triggered")[0]["sent"] == rows
print(f"{rows:,} rows counted right, in one thread and three, in parts, packed, and as a table")
PYTHON
