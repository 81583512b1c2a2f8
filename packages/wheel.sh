#!/usr/bin/env bash
# Builds the wheel, with the program and the module for Python: `packages/wheel.sh TARGET FOLDER`.
# TARGET is a target of Rust, built by `packages/archive.sh` before, or `dev`: for this machine alone,
# without optimization, for tests.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
mkdir -p "${CARGO_TARGET_DIR:-target}"
build=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
package=crates/meniscus-python
tools=$build/wheel/tools
bin=$tools/bin
if [ ! -d "$tools" ]; then
    python3 -m venv "$tools" 2>/dev/null || python -m venv "$tools"
    [ -d "$bin" ] || bin=$tools/Scripts
    "$bin/python" -m pip install --quiet --disable-pip-version-check maturin==1.16.0 ziglang==0.17.1
fi
[ -d "$bin" ] || bin=$tools/Scripts

case $target in
    dev)
        cargo build --quiet --locked
        program=$build/debug/meniscus
        options=(--profile dev --compatibility linux)
        ;;
    *-linux-gnu)
        program=$build/$target/release/meniscus
        options=(--profile wheel --target "$target" --zig --compatibility manylinux2014)
        ;;
    *)
        program=$build/$target/release/meniscus
        [ -f "$program" ] || program=$program.exe
        options=(--profile wheel --target "$target")
        ;;
esac
scripts=$package/meniscus.data/scripts
trap 'rm -rf "$package/meniscus.data"' EXIT
mkdir -p "$scripts"
cp "$program" "$scripts/"
chmod 755 "$scripts"/*
# Installed as share/meniscus/meniscus-engine.js, where the program looks for it.
if [ "$target" != dev ] && [ -f "$build/engine/meniscus-engine.js" ]; then
    mkdir -p "$package/meniscus.data/data/share/meniscus"
    cp "$build/engine/meniscus-engine.js" "$package/meniscus.data/data/share/meniscus/"
fi
PATH=$bin:$PATH "$bin/maturin" build --quiet --locked "${options[@]}" \
    --manifest-path "$package/Cargo.toml" --target-dir "$build" --out "$out"
ls -l "$out"/*.whl | awk '{print $9": "$5" bytes"}'
