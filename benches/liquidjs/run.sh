#!/bin/sh
# Compares meniscus with liquidjs on the templates of `benches/peers.rs`.
# Needs node and npm; liquidjs goes to a temporary folder and is gone afterwards.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here/package.json" "$here/bench.mjs" "$folder"
(cd "$folder" && npm install --silent --no-audit --no-fund --no-package-lock)
(cd "$here/../.." && cargo bench --quiet --bench peers -- --export "$folder")
node "$folder/bench.mjs" "$folder"
