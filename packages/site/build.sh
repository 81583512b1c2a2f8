#!/usr/bin/env bash
# Builds the documentation site, in English and Japanese: `packages/site/build.sh FOLDER`. It needs
# Python and takes Zensical from PyPI, once, into target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
version=0.0.73
tools=target/site/tools-$version
if [ ! -x "$tools/bin/zensical" ]; then
    python3 -m venv "$tools"
    # 3 says that the package can't be had.
    "$tools/bin/pip" install --quiet "zensical==$version" || exit 3
fi
work=target/site/work
rm -rf "$work"
mkdir -p "$work"
python3 packages/site/stage.py "$work"
for language in en ja; do
    (cd "$work" && "../tools-$version/bin/zensical" build --clean --strict --config-file "zensical-$language.toml") > "$work/log" 2>&1 ||
        { cat "$work/log"; exit 1; }
done
mkdir -p "$(dirname "$out")"
rm -rf "$out"
cp -R "$work/site" "$out"
cp -R "$work/site-ja" "$out/ja"
echo "the site is in $out: $(find "$out" -name '*.html' | wc -l) pages, $(du -sh "$out" | cut -f1)"
