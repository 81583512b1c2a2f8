#!/usr/bin/env bash
# Compares `meniscus lsp` with Shopify's theme language server in one run, on the same folder:
# `benches/lsp_peers/run.sh [PROGRAM]`; without one, it builds the program.
#
# 500 snippets, one of them 60 KB of HTML and Liquid that both read without complaint. Each server is
# started over a pipe; then a letter of a filter's name comes and goes, each time until the diagnostics
# of the new text are there, and completion and hover are asked for.
#
# - meniscus is asked for diagnostics; the theme server pushes them, and waits a moment first, since it
#   checks the whole theme after each pause in typing.
# - The theme server wants Shopify's documentation from the network. It is told that there is none, so
#   no download is timed; its completion then knows filters from what it comes with.
# - meniscus also renders for recipients and knows responses; there are none here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
peers=$root/target/lsp-peers
[ -d "$peers/node_modules/@shopify/theme-language-server-node" ] || {
    mkdir -p "$peers"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$peers" @shopify/theme-language-server-node@2.22.2
}
program=${1:-$root/target/release/meniscus}
[ $# -gt 0 ] || (cd "$root" && cargo build --quiet --release)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
SHOPIFY_TLD_ROOT=$folder/nowhere node "$here/peers.mjs" "$(realpath "$program")" "$peers/node_modules" "$folder/theme"
