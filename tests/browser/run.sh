#!/usr/bin/env bash
# The preview in a real browser: `tests/browser/run.sh [NAME…]` runs all checks, or those that are named.
# Needs Chromium, `npm` and a built `target/debug/meniscus` (or MENISCUS=path of it). Works on copies of
# the example workspace; writes pictures into MENISCUS_PICTURES where that is set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
MENISCUS=$(realpath -m "${MENISCUS:-$root/target/debug/meniscus}") # the checks run it in other folders
export MENISCUS
export MENISCUS_ROOT=$root
export CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ -x "$MENISCUS" ] || { echo "there is no program at $MENISCUS: run \`cargo build\`" >&2; exit 2; }
[ -n "$CHROMIUM" ] || { echo "there is no Chromium: install it (Debian: \`apt-get install chromium\`), or set CHROMIUM" >&2; exit 2; }

# The packages are kept beside what Cargo builds; their versions are pinned by the lock file.
modules=$root/target/browser
mkdir -p "$modules"
if ! cmp -s "$here/package-lock.json" "$modules/package-lock.json" || [ ! -d "$modules/node_modules/playwright-core" ]; then
    cp "$here/package.json" "$modules/"
    cp "$here/package-lock.json" "$modules/"
    (cd "$modules" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
fi
rm -rf "$modules/checks"
mkdir "$modules/checks"
cp "$here"/*.mjs "$modules/checks/"
node "$modules/checks/run.mjs" "$@"
