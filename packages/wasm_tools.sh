# What builds for WebAssembly need, for `packages/wasm.sh` and `packages/engine.sh`: sets
# `$wasm_bindgen`, and `smaller PROFILE FILE`. Expects `$build`.
rustup target add wasm32-unknown-unknown >/dev/null 2>&1 || { echo "the target wasm32-unknown-unknown can't be had here" >&2; exit 3; }
tools=$build/wasm-bindgen
bindgen_version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
wasm_bindgen=$tools/bin/wasm-bindgen
[ -x "$wasm_bindgen" ] && "$wasm_bindgen" --version | grep -q " $bindgen_version$" ||
    cargo install --quiet --root "$tools" --target-dir "$tools/target" wasm-bindgen-cli --version "$bindgen_version" --debug

# Makes a published module smaller with Binaryen; tests do without.
smaller() {
    [ "$1" = wasm ] || return 0
    [ -x "$tools/node_modules/.bin/wasm-opt" ] || npm install --silent --no-audit --no-fund --prefix "$tools" binaryen@132.0.0
    "$tools/node_modules/.bin/wasm-opt" -Oz --strip-debug --strip-producers --enable-bulk-memory --enable-nontrapping-float-to-int \
        --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue "$2" -o "$2.smaller"
    mv "$2.smaller" "$2"
}
