#!/usr/bin/env bash
# Builds the playground, a static page: `packages/playground.sh ENGINE FOLDER`, with the program for
# browsers that `packages/engine.sh` built. It is the interactive export of `playground/` and the
# example workspace; MENISCUS is the program that writes it.
set -euo pipefail
cd "$(dirname "$0")/.."
absolute() { (cd "$(dirname "$1")" && printf '%s/%s' "$PWD" "$(basename "$1")"); }
engine=$(absolute "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
program=$(absolute "${MENISCUS:-target/debug/meniscus}")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/playground"
cp -R playground/. templates content_blocks scenarios recordings snapshots meniscus.toml "$place/playground"
(cd "$place/playground" && "$program" preview --export "$out" --interactive --engine "$engine" --overwrite)
# It opens where there is something to type into.
python3 - "$out/index.html" <<'PYTHON'
import pathlib, sys

page = pathlib.Path(sys.argv[1])
text = page.read_text()
first = '<script>if (!location.hash) location.replace("#/playground/maya");</script>\n<script type="importmap"'
changed = text.replace('<script type="importmap"', first, 1).replace("<title>meniscus preview</title>", "<title>meniscus playground</title>", 1)
if changed.count("meniscus playground") != 1 or first not in changed:
    sys.exit("the page isn't as this script expects it")
page.write_text(changed)
PYTHON
