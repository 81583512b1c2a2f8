#!/usr/bin/env bash
# Builds the wheel and tries what is in it, from the installed wheel alone: the program, the module,
# the pytest plugin. `tests/tools/wheel.sh [PROFILE]`; `release` makes the wheel that is published.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
profile=${1:-dev}
target=${CARGO_TARGET_DIR:-$root/target}
case $profile in dev) built=$target/debug ;; *) built=$target/$profile ;; esac
tools=$target/wheel/tools
package=$root/crates/meniscus-python

if [ ! -x "$tools/bin/maturin" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check 'maturin==1.16.0' 'ziglang==0.17.1'
fi

# With zig, the wheel runs on every Linux since 2014; without it, on this one.
platform=(--compatibility linux)
if [ "$profile" != dev ]; then
    platform=(--zig --compatibility manylinux2014)
fi
if [ "$profile" = dev ]; then
    cargo build --locked --manifest-path "$root/Cargo.toml"
else
    PATH=$tools/bin:$PATH cargo zigbuild --version >/dev/null 2>&1 || cargo install --locked cargo-zigbuild --version 0.23.0
    PATH=$tools/bin:$PATH cargo zigbuild --locked --profile "$profile" --manifest-path "$root/Cargo.toml" -p meniscus --target x86_64-unknown-linux-gnu.2.17
    built=$target/x86_64-unknown-linux-gnu/$profile
fi
mkdir -p "$package/meniscus.data/scripts"
trap 'rm -rf "$package/meniscus.data"' EXIT
install -m 755 "$built/meniscus" "$package/meniscus.data/scripts/meniscus"
out=$target/wheel/$profile
rm -rf "$out"
PATH=$tools/bin:$PATH "$tools/bin/maturin" build --quiet --locked --profile "$profile" "${platform[@]}" \
    --manifest-path "$package/Cargo.toml" --target-dir "$target" --out "$out"
wheel=$(echo "$out"/*.whl)
echo "$(basename "$wheel"): $(stat -c %s "$wheel") bytes"

# From here on nothing of the source tree is used but the example workspace and the tests.
place=$(mktemp -d)
trap 'rm -rf "$place" "$package/meniscus.data"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check "$wheel" pytest mypy
cd "$place"
for name in templates content_blocks scenarios recordings snapshots schemas meniscus.toml; do
    [ ! -e "$root/$name" ] || cp -R "$root/$name" .
done
first=$(venv/bin/meniscus render templates/offer_wallet --part subject --scenario anna)
[ "$first" = "Anna, 2 offers are waiting" ] || { echo "the installed program renders: $first"; exit 1; }
cp "$root/tests/python/test_module.py" .
MENISCUS_ROOT=$root venv/bin/python -m pytest -q -rP -p no:cacheprovider test_module.py | grep -E "passed|failed|conformance|Error|^E" 
venv/bin/python -c 'import doctest, meniscus, sys; sys.exit(doctest.testmod(meniscus).failed)'
venv/bin/python -m mypy --strict -p meniscus
# The plugin: every message for each of its recipients, and what a failure looks like.
venv/bin/python -m pytest -q -p no:cacheprovider --meniscus . --ignore test_module.py >plugin.log || { cat plugin.log; exit 1; }
tail -1 plugin.log
sed -i 's/available_points/avaliable_points/' templates/offer_wallet/body.html
if venv/bin/python -m pytest -q -p no:cacheprovider --meniscus . --ignore test_module.py >plugin.log; then
    echo "the plugin missed a blank"; exit 1
fi
grep -q "templates/offer_wallet/body.html:8:.*blank: .*did you mean\|templates/offer_wallet/body.html:8:.*blank" plugin.log
echo "the wheel holds"
