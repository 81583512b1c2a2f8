#!/usr/bin/env bash
# Builds the program for a target and packs it with its licences: `packages/archive.sh TARGET FOLDER`.
# What `packages/engine.sh wasm target/engine/meniscus-engine.js` built before goes in as well.
# Linux programs that use glibc are built with zig, so that they run on every Linux since 2014.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
build=${CARGO_TARGET_DIR:-target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)

case $target in
    *-linux-gnu)
        tools=$build/wheel/tools
        [ -x "$tools/bin/maturin" ] || { python3 -m venv "$tools" && "$tools/bin/pip" install --quiet --disable-pip-version-check maturin==1.16.0 ziglang==0.17.1; }
        command -v cargo-zigbuild >/dev/null || cargo install --quiet --locked cargo-zigbuild --version 0.23.0
        PATH=$tools/bin:$PATH cargo zigbuild --locked --release -p meniscus --target "$target.2.17"
        ;;
    *) cargo build --locked --release -p meniscus --target "$target" ;;
esac

name=meniscus-$version-$target
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/$name"
cp README.md LICENSE-* THIRD_PARTY_NOTICES.md "$place/$name"
engine=$build/engine/meniscus-engine.js
if [ -f "$engine" ]; then cp "$engine" "$place/$name"; else echo "without meniscus-engine.js, which wasn't built" >&2; fi
case $target in
    *-windows-*)
        cp "$build/$target/release/meniscus.exe" "$place/$name"
        (cd "$place" && python3 -m zipfile -c "$out/$name.zip" "$name")
        ;;
    *)
        cp "$build/$target/release/meniscus" "$place/$name"
        # The same bytes from the same build.
        tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$place" -cf - "$name" 2>/dev/null | gzip -9n >"$out/$name.tar.gz" ||
            tar -C "$place" -czf "$out/$name.tar.gz" "$name"
        ;;
esac
ls -l "$out" | awk -v name="$name" 'index($9, name) {print $9": "$5" bytes"}'
