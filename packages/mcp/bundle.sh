#!/usr/bin/env bash
# Packs a program as a bundle that desktop clients of MCP install: `packages/mcp/bundle.sh PROGRAM FOLDER` writes
# FOLDER/meniscus-VERSION.mcpb.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/server"
case $program in
    *.exe) cp "$program" "$place/server/meniscus.exe" ;;
    *) cp "$program" "$place/server/meniscus" && chmod +x "$place/server/meniscus" ;;
esac
cp "$root/packages/mcp/manifest.json" "$root"/LICENSE-* "$place"
version=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["version"])' "$place/manifest.json")
tools=${CARGO_TARGET_DIR:-$root/target}/mcp/mcpb
[ -x "$tools/node_modules/.bin/mcpb" ] || npm install --silent --no-audit --no-fund --prefix "$tools" @anthropic-ai/mcpb@2.1.2
"$tools/node_modules/.bin/mcpb" pack "$place" "$out/meniscus-$version.mcpb"
