#!/usr/bin/env bash
# Builds the program for browsers, which `preview --export --interactive` puts beside the page:
# `packages/engine.sh PROFILE FILE`. The profile `wasm` is the one that is published; `wasm-test` is
# built faster, and is larger.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=$1
mkdir -p "$(dirname "$2")"
out=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
mkdir -p "${CARGO_TARGET_DIR:-target}"
build=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
. packages/wasm_tools.sh
cargo build --quiet --locked -p meniscus-wasm --features page --profile "$profile" --target wasm32-unknown-unknown
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$wasm_bindgen" --target no-modules --no-typescript --out-dir "$place" "$build/wasm32-unknown-unknown/$profile/meniscus_wasm.wasm"
smaller "$profile" "$place/meniscus_wasm_bg.wasm"
python3 - "$place" "$out" <<'PYTHON'
import base64, gzip, json, pathlib, re, sys

place, out = map(pathlib.Path, sys.argv[1:])
version = re.search(r'^version = "(.*)"', pathlib.Path("Cargo.toml").read_text(), re.M)[1]
wasm = gzip.compress((place / "meniscus_wasm_bg.wasm").read_bytes(), 9, mtime=0)
engine = {"glue": (place / "meniscus_wasm.js").read_text(), "wasm": base64.b64encode(wasm).decode()}
written = out.with_name(out.name + ".unfinished")
written.write_text(f"// meniscus {version}\nmeniscusEngine = {json.dumps(engine)};\n")
written.replace(out)
print(f"{out.name}: {out.stat().st_size} bytes, {len(gzip.compress(out.read_bytes(), 9))} gzipped")
PYTHON
