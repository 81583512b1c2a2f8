#!/bin/sh
# Compares `meniscus lint` with theme-check and djlint on the same templates, in one run.
# Usage: benches/lint/run.sh [ROUNDS]
#
# Needs node, npm, python3 and, the first time, their registries: the two linters are kept in
# target/lint-peers. Nothing else in the repository needs them.
#
# The workspace has 1,000 templates of 3 KB. They lie in `templates/snippets`, so that the folder is
# a workspace to meniscus and a theme to theme-check, and a folder of HTML to djlint: all three read
# the same files. Beside them lie what only meniscus reads: content blocks, a scenario, recordings.
# - theme-check runs its recommended checks through its library, as its command does. It does not
#   know Braze's tags and `${…}`: its tolerant parser takes these as they are and reports them. It
#   asks the network for Shopify's documentation; it is told that there is none, and takes what it
#   comes with, so that no download is timed.
# - djlint checks HTML alone, and takes Liquid for text. It has no settings but the extension.
# - meniscus analyses the flow of values with its own rules, in its default settings.
#
# Printed are the best whole-process times, the processor's time, and both as ratios to meniscus:
# on a busy machine trust the second. Then the same for one file by itself.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
peers="$root/target/lint-peers"
rounds=${1:-3}
for program in node npm python3; do
    if ! command -v "$program" >/dev/null; then
        echo "$0: needs $program" >&2
        exit 2
    fi
done

mkdir -p "$peers"
if [ ! -d "$peers/node_modules/@shopify/theme-check-node" ]; then
    npm install --silent --no-audit --no-fund --prefix "$peers" @shopify/theme-check-node@3.29.1
fi
if [ ! -x "$peers/venv/bin/djlint" ]; then
    python3 -m venv "$peers/venv"
    "$peers/venv/bin/pip" install --quiet djlint==1.49.9
fi
(cd "$root" && cargo build --quiet --release)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/workspace.py" "$folder/all" 1000
python3 "$here/workspace.py" "$folder/one" 1
export NODE_PATH="$peers/node_modules" SHOPIFY_TLD_ROOT="$folder/nowhere"
python3 "$here/times.py" "$rounds" "$root/target/release/meniscus" "$here/theme_check.cjs" \
    "$peers/venv/bin/djlint" "$folder"
