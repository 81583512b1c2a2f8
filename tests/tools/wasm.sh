#!/usr/bin/env bash
# Builds the package for JavaScript, and tries it in an empty folder: `tests/tools/wasm.sh [PROFILE]`.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
profile=${1:-wasm-test}
out=${CARGO_TARGET_DIR:-$root/target}/wasm/$profile
rm -rf "$out"
"$root/packages/wasm.sh" "$profile" "$out" || { [ $? = 3 ] && { echo "skipped the package for JavaScript"; exit 0; }; exit 1; }
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
(cd "$place" && npm pack --silent --ignore-scripts "$out" >/dev/null)
ls -l "$place" | awk 'NR > 1 {print $9": "$5" bytes"}'
mkdir "$place/empty" && cd "$place/empty"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --offline "$place"/*.tgz
cp "$root/tests/wasm/module.mjs" .
MENISCUS_ROOT=$root node --test module.mjs >log 2>&1 || { cat log; exit 1; }
grep -E "^# conformance|conformance through" log || true
echo "the package for JavaScript holds"
