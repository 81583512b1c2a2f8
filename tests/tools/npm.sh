#!/usr/bin/env bash
# Packs the npm packages and tries them in an empty folder: `tests/tools/npm.sh [PROGRAM]`.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:-${CARGO_TARGET_DIR:-$root/target}/debug/meniscus}")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
platform=$(node -p '`${process.platform}-${process.arch}`')

node "$root/packages/npm/platform.mjs" "$platform" "$program" "$place/platform"
mkdir "$place/packed" "$place/wrapper" "$place/empty"
cp -R "$root/packages/npm/meniscus/." "$place/wrapper"
cp "$root"/LICENSE-* "$place/wrapper"
version=$(node -p "require('$root/packages/npm/meniscus/package.json').version")
grep -q "^version = \"$version\"" "$root/Cargo.toml" || { echo "package.json has version $version, Cargo.toml another"; exit 1; }
for package in platform wrapper; do
    (cd "$place/packed" && npm pack --silent --ignore-scripts "$place/$package" >/dev/null)
done
ls -l "$place/packed" | awk 'NR > 1 {print $9": "$5" bytes"}'

cd "$place/empty"
# The other platforms aren't in this folder, as they aren't in a registry that can't be reached.
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional --offline "$place/packed"/meniscus-"$version".tgz
npm install --silent --no-audit --no-fund --ignore-scripts --no-save --omit=optional --offline "$place/packed"/meniscus-"$platform"-"$version".tgz
for name in templates content_blocks scenarios recordings snapshots schemas meniscus.toml; do
    [ ! -e "$root/$name" ] || cp -R "$root/$name" .
done
first=$(npx --no-install meniscus render templates/offer_wallet --part subject --scenario anna)
[ "$first" = "Anna, 2 offers are waiting" ] || { echo "npx meniscus renders: $first"; exit 1; }
# The exit code is the program's; without the program, it says what to do.
code=0; npx --no-install meniscus render templates/nope >/dev/null 2>&1 || code=$?
[ "$code" = 2 ] || { echo "npx meniscus ends with $code"; exit 1; }
rm -rf node_modules/@meniscus
code=0; said=$(npx --no-install meniscus --version 2>&1) || code=$?
[ "$code" = 2 ] && grep -q "help: install without" <<<"$said" || { echo "without the program: $said ($code)"; exit 1; }
echo "the npm packages hold"
