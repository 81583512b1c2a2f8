#!/usr/bin/env bash
# Runs docs/reference/engines.md with the engines that can be had, from the installed wheel: `tests/tools/engines.sh [WHEEL]`.
# `MENISCUS_ENGINES=all` installs Ray and Daft too, which take 1 GB.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
if [ $# -gt 0 ]; then
    wheel=$(realpath "$1")
else
    [ -n "$(ls "$target"/wheel/dev/*.whl 2>/dev/null)" ] || "$root/packages/wheel.sh" dev "$target/wheel/dev"
    wheel=$(echo "$target"/wheel/dev/*.whl)
fi
venv=$target/engines
if [ ! -x "$venv/bin/pytest" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check pytest pyarrow pandas polars duckdb datafusion \
        pysail "pyspark[connect]==4.1.*"
fi
[ "${MENISCUS_ENGINES:-}" != all ] || "$venv/bin/pip" install --quiet --disable-pip-version-check "ray[data]" daft "pyarrow<26"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --force-reinstall "$wheel"
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
export MENISCUS_ROOT=$root
run() {
    timeout 900 "$venv/bin/python" -m pytest -q -rs -p no:cacheprovider "$root/tests/engines/$1" >engines.log 2>&1 ||
        { cat engines.log; exit 1; }
    sed -nE 's/^SKIPPED \[[0-9]+\] [^ ]*: /skipped: /p' engines.log
    echo "$2: $(tail -1 engines.log)"
}
run test_recipes.py "Polars, DuckDB, DataFusion, pandas, and what else is here"
MENISCUS_SPARK=sail run test_spark.py Sail
run test_spark.py PySpark
