#!/usr/bin/env bash
# Draws the terminal scenes of README and the pages from real runs, in a copy of the example
# workspace: `docs/img/scenes.sh [PROGRAM]`, from the repository's root.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
program=$(realpath "${1:-target/debug/meniscus}")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -R templates content_blocks scenarios recordings snapshots meniscus.toml "$place"
cd "$place"
export COLUMNS=96 TERM=xterm-256color CLICOLOR_FORCE=1
draw() { python3 "$root/docs/img/draw.py" "$root/docs/img/$1.svg" "$program" "${@:2}"; }

# A template with a misspelt field.
cat > templates/points.liquid <<'TEMPLATE'
{{content_blocks.${sessionm_wallet}}}
{% if wallet.status == 'ok' %}You have {{wallet.payload.availble_points}} points.{% endif %}
TEMPLATE
draw why render templates/points.liquid --scenario anna --why
draw lint lint templates/points.liquid
rm templates/points.liquid

# A greeting that somebody changed.
sed -i.bak 's/>Dear />Hello /' templates/offer_wallet/body.html
rm templates/offer_wallet/body.html.bak
draw changed test templates/offer_wallet --scenario anna
