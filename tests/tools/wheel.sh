#!/usr/bin/env bash
# Builds the wheel and tries what is in it, from the installed wheel alone: the program, the module,
# the pytest plugin. `tests/tools/wheel.sh [WHEEL]` tries one that is built already.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ $# -gt 0 ]; then
    wheel=$(realpath "$1")
else
    out=${CARGO_TARGET_DIR:-$root/target}/wheel/dev
    rm -rf "$out"
    "$root/packages/wheel.sh" dev "$out"
    wheel=$(echo "$out"/*.whl)
fi

# From here on nothing of the source tree is used but the example workspace, the docs and the tests.
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check "$wheel" pytest mypy pyarrow polars
cd "$place"
for name in templates content_blocks scenarios recordings snapshots schemas meniscus.toml; do
    [ ! -e "$root/$name" ] || cp -R "$root/$name" .
done
first=$(env -i "$place/venv/bin/meniscus" render templates/offer_wallet --part subject --scenario anna)
[ "$first" = "Anna, 2 offers are waiting" ] || { echo "the installed program renders: $first"; exit 1; }
mkdir checks
cp "$root"/tests/python/test_*.py checks
MENISCUS_ROOT=$root venv/bin/python -m pytest -q -rP -p no:cacheprovider checks >module.log || { cat module.log; exit 1; }
grep -E "^conformance| passed" module.log
venv/bin/python -c 'import doctest, meniscus, meniscus.audience, sys; sys.exit(doctest.testmod(meniscus).failed + doctest.testmod(meniscus.audience).failed)'
venv/bin/python -m mypy --strict --ignore-missing-imports -p meniscus
# The plugin: every message for each of its recipients, and what a failure looks like.
plugin() { venv/bin/python -m pytest -q -p no:cacheprovider --meniscus . --ignore checks >plugin.log; }
plugin || { cat plugin.log; exit 1; }
tail -1 plugin.log
sed -i 's/available_points/avaliable_points/' templates/offer_wallet/body.html
if plugin; then echo "the plugin missed a blank"; exit 1; fi
grep -q 'templates/offer_wallet/body.html:8:16: blank: .*did you mean `available_points`?' plugin.log || { cat plugin.log; exit 1; }
echo "the wheel holds"
