#!/usr/bin/env bash
# Takes pictures of messages that changed, accepted and now side by side, with the Chrome that is
# there: `packages/pictures.sh RESULTS FOLDER`, in a workspace, with what `meniscus test --format json`
# printed. Prints a line for each picture; at most 12, of one recipient for each message.
set -euo pipefail
results=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
most=12
changed=$(python3 - "$results" "$most" <<'PYTHON'
import json, sys, urllib.parse

results = json.load(open(sys.argv[1], encoding="utf-8"))
first = {}
for case in results["cases"]:
    if case["status"] == "changed":
        first.setdefault(case["message"], case["scenario"])
for message, scenario in list(first.items())[: int(sys.argv[2])]:
    name = "".join(c if c.isalnum() or c in "._-" else "_" for c in f"{message}-{scenario}")
    quoted = "/".join(urllib.parse.quote(part, safe="") for part in (message, scenario))
    print(f"{name}\t{quoted}\t{message} for {scenario}")
PYTHON
)
[ -n "$changed" ] || exit 0
for name in "${CHROME:-}" google-chrome google-chrome-stable chromium chromium-browser; do
    chrome=$(command -v "$name" || true)
    [ -z "$chrome" ] || break
done
[ -n "$chrome" ] || { echo "no pictures: there is no Chrome here" >&2; exit 0; }
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
meniscus preview --export "$place/page" >/dev/null
while IFS=$'\t' read -r name address about; do
    "$chrome" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$place/profile" --window-size=1280,900 \
        --virtual-time-budget=5000 --screenshot="$out/$name.png" "file://$place/page/index.html#/$address/changes" </dev/null >/dev/null 2>&1 || true
    if [ -s "$out/$name.png" ]; then echo "$about"; else echo "no picture of $about" >&2; fi
done <<<"$changed"
