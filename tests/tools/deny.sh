#!/usr/bin/env bash
# Licences, bans and sources of all crates, by deny.toml; advisories too, where their database can be had.
# cargo-deny is installed under target/tools where it isn't at hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
deny=$(command -v cargo-deny || echo "target/tools/bin/cargo-deny")
if [ ! -x "$deny" ]; then
    if ! cargo install cargo-deny --locked --quiet --root target/tools; then
        echo "skipped the check of licences, bans and sources: cargo-deny can't be installed here"
        exit 0
    fi
fi
"$deny" --all-features check --hide-inclusion-graph licenses bans sources
if "$deny" fetch db 2>/dev/null; then
    "$deny" --all-features check advisories
else
    echo "skipped the check of advisories: their database can't be had here"
fi
