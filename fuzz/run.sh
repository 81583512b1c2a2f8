#!/usr/bin/env bash
# Runs the fuzz targets: fuzz/run.sh SECONDS [TARGET…]. Two run at a time. Exit 1 where one fails.
# A gate says the same twice, so the seed is fixed: FUZZ_SEED=$RANDOM fuzz/run.sh 1800 looks further.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?seconds, for each target}
shift
[ $# -gt 0 ] || set -- $(cd fuzz/targets && ls | sed 's/\.rs$//')
PATH=$PWD/target/tools/bin:$PATH
if ! cargo fuzz --version >/dev/null 2>&1; then
    if ! cargo install cargo-fuzz --locked --quiet --root target/tools; then
        echo "skipped $# fuzz targets: cargo-fuzz can't be installed here"
        exit 0
    fi
fi
# The stable compiler takes cargo-fuzz's flags so; there is no unsafe code, so a sanitizer would find nothing.
export RUSTC_BOOTSTRAP=1
cargo fuzz build -s none >/dev/null
run() {
    mkdir -p "fuzz/corpus/$1"
    log=target/fuzz-$1.log
    if cargo fuzz run -s none "$1" "fuzz/corpus/$1" "fuzz/seeds/$1" -- \
        -seed="${FUZZ_SEED:-1}" -max_total_time="$2" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -dict=fuzz/liquid.dict >"$log" 2>&1; then
        echo "$1: $(grep -o 'Done [0-9]* runs' "$log" | tail -1 | tr -dc 0-9) runs, nothing found"
    else
        echo "$1 failed:"
        tail -40 "$log"
        return 1
    fi
}
export -f run
printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'run "$1" "$2"' _ {} "$seconds"
