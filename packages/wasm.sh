#!/usr/bin/env bash
# Builds the package for JavaScript: `packages/wasm.sh PROFILE FOLDER`. The profile `wasm` is the one
# that is published; `wasm-test` is built faster, and is larger.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
build=$(realpath -m "${CARGO_TARGET_DIR:-target}")
version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
tools=$build/wasm-bindgen
rustup target add wasm32-unknown-unknown >/dev/null 2>&1 || { echo "the target wasm32-unknown-unknown can't be had here" >&2; exit 3; }
[ -x "$tools/bin/wasm-bindgen" ] && "$tools/bin/wasm-bindgen" --version | grep -q " $version$" ||
    cargo install --quiet --root "$tools" --target-dir "$tools/target" wasm-bindgen-cli --version "$version" --debug
cargo build --quiet --locked -p meniscus-wasm --profile "$profile" --target wasm32-unknown-unknown
"$tools/bin/wasm-bindgen" --target web --out-dir "$out" "$build/wasm32-unknown-unknown/$profile/meniscus_wasm.wasm"
cp packages/wasm/* docs/json/meniscus.d.ts LICENSE-* THIRD_PARTY_NOTICES.md "$out"
printf '%s bytes, %s gzipped\n' "$(stat -c %s "$out/meniscus_wasm_bg.wasm")" "$(gzip -9c "$out/meniscus_wasm_bg.wasm" | wc -c)"
