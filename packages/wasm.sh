#!/usr/bin/env bash
# Builds the package for JavaScript: `packages/wasm.sh PROFILE FOLDER`. The profile `wasm` is the one
# that is published; `wasm-test` is built faster, and is larger.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
mkdir -p "${CARGO_TARGET_DIR:-target}"
build=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
. packages/wasm_tools.sh
cargo build --quiet --locked -p meniscus-wasm --profile "$profile" --target wasm32-unknown-unknown
"$wasm_bindgen" --target web --out-dir "$out" "$build/wasm32-unknown-unknown/$profile/meniscus_wasm.wasm"
smaller "$profile" "$out/meniscus_wasm_bg.wasm"
cp packages/wasm/* docs/reference/json/meniscus.d.ts LICENSE-* THIRD_PARTY_NOTICES.md "$out"
printf '%s bytes, %s gzipped\n' "$(wc -c <"$out/meniscus_wasm_bg.wasm")" "$(gzip -9c "$out/meniscus_wasm_bg.wasm" | wc -c)"
