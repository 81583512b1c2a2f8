#!/usr/bin/env bash
# Works on the snapshots of `meniscus test` with insta's own program, where that is installed
# (`cargo install cargo-insta`): it lists what is pending, accepts, rejects and reviews, and what it
# leaves is what `meniscus test` would.
#
#   tests/tools/cargo_insta.sh [PATH OF THE PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-target/debug/meniscus}")
if ! version=$(cargo insta --version 2>/dev/null); then
    echo "cargo-insta is not installed: skipped"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r templates content_blocks scenarios recordings snapshots meniscus.toml "$work/"
# insta looks for snapshots in Cargo packages.
mkdir "$work/src"
touch "$work/src/lib.rs"
printf '[package]\nname = "messages"\nversion = "0.0.0"\nedition = "2024"\n' > "$work/Cargo.toml"
cd "$work"
unset CI INSTA_UPDATE INSTA_FORCE_PASS
insta() { cargo insta "$@" --workspace-root "$work"; }
fail() { echo "$1"; exit 1; }
# A change of the subject, for the two recipients who have no offers.
change() { sed -i "s/$1/$2/" templates/offer_wallet/subject.liquid; }
pending() { find snapshots -name '*.snap.new' | wc -l; }
code() { local got=0; "$program" test "$@" >log 2>&1 || got=$?; echo "$got"; }

[ "$(code --check)" = 0 ] || { cat log; fail "the example is not as accepted"; }
change "you have" "you own"
[ "$(code)" = 1 ] || { cat log; fail "a change is not found"; }
count=$(pending)
names=$(find snapshots -name '*.snap.new')
[ "$count" -gt 1 ] || fail "nothing is pending"
# It exits with 1 where anything is pending.
listed=$({ insta pending-snapshots --as-json || true; } | wc -l)
[ "$listed" = "$count" ] || fail "insta lists $listed of $count pending snapshots"

insta accept >log 2>&1 || { cat log; fail "insta does not accept"; }
[ "$(pending)" = 0 ] || fail "insta left something pending"
[ "$(code --check)" = 0 ] || { cat log; fail "what insta accepted is not what meniscus wants"; }
cp -r snapshots accepted
# This brings the heads of all others up to date, too.
"$program" test --accept >log 2>&1 || { cat log; fail "meniscus does not accept after insta"; }
for name in $names; do
    name=${name#snapshots/}
    cmp "snapshots/${name%.new}" "accepted/${name%.new}" || fail "insta wrote other bytes"
done

change "you own" "you hold"
[ "$(code)" = 1 ] || fail "a change is not found"
insta reject >log 2>&1 || { cat log; fail "insta does not reject"; }
[ "$(pending)" = 0 ] || fail "insta left something pending"
[ "$(code --check)" = 1 ] || { cat log; fail "a rejected change counts as accepted"; }

# The review asks for a key at each snapshot: the first is accepted, the others are rejected.
[ "$(code)" = 1 ] || fail "a change is not found"
rm -r accepted
cp -r snapshots accepted
find accepted -name '*.snap.new' -delete
python3 - "$work" "$count" <<'PYTHON' || fail "the review did not end"
import os, pty, select, sys, time
work, count = sys.argv[1], int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp("cargo", ["cargo", "insta", "review", "--workspace-root", work])
keys = ["a"] + ["r"] * (count - 1)
seen, end = b"", time.monotonic() + 120
while time.monotonic() < end:
    if select.select([terminal], [], [], 0.5)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    elif keys and b"skip" in seen:
        os.write(terminal, keys.pop(0).encode())
        seen = b""
else:
    os.kill(pid, 9)
    sys.exit(1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) or len(keys))
PYTHON
[ "$(pending)" = 0 ] || fail "the review left something pending"
changed=$({ diff -rq snapshots accepted || true; } | wc -l)
[ "$changed" = 1 ] || fail "the review accepted $changed snapshots, not 1"
echo "$version: $count pending snapshots are listed, accepted, rejected and reviewed"
