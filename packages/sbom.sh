#!/usr/bin/env bash
# Writes what the program is built from, for a target, as CycloneDX JSON: `packages/sbom.sh TARGET FOLDER`.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cargo cyclonedx --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-cyclonedx --version 0.5.9
trap 'rm -f "$target.cdx.json" crates/*/"$target.cdx.json"' EXIT
# A date would make other bytes of the same input.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0) cargo cyclonedx --quiet --format json --target "$target" --override-filename "$target.cdx"
cp "$target.cdx.json" "$out/"
python3 - "$out/$target.cdx.json" <<'PYTHON'
import json, sys

bom = json.load(open(sys.argv[1], encoding="utf-8"))
names = {part["name"] for part in bom["components"]}
missing = {"meniscus-engine", "serde", "tokio"} - names
if bom["bomFormat"] != "CycloneDX" or missing:
    sys.exit(f"this isn't the list of the program's parts: {missing} are missing")
print(f"{len(names)} components")
PYTHON
