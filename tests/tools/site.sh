#!/usr/bin/env bash
# Checks how everything reads, builds the site, and follows its links: `tests/tools/site.sh [PROGRAM]`.
set -euo pipefail
cd "$(dirname "$0")/../.."
python3 tests/tools/prose.py "${1:-target/debug/meniscus}"
built=0
packages/site/build.sh target/site/out || built=$?
case $built in
    0) python3 tests/tools/site.py target/site/out ;;
    3) echo "skipped: the site, for which there is no Zensical here" ;;
    *) exit 1 ;;
esac
