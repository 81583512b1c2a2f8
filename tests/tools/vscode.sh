#!/usr/bin/env bash
# VS Code itself, as code-server, with the packed extension: `tests/tools/vscode.sh [PROGRAM [PICTURES]]`, after
# `tests/tools/editors.sh` and `tests/browser/run.sh`. Installing code-server takes about two minutes and needs the headers
# of Kerberos (Debian: `apt-get install libkrb5-dev`); where its packages can't be had, a line says that it's skipped.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:-$root/target/debug/meniscus}")
build=$root/target/editors
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -1)
vsix=$build/vscode/meniscus-$version.vsix
modules=$root/target/browser/node_modules
[ -f "$vsix" ] || { echo "there is no $vsix: run tests/tools/editors.sh" >&2; exit 2; }
[ -d "$modules/playwright-core" ] || { echo "there is no playwright-core: run tests/browser/run.sh" >&2; exit 2; }
export CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome)}
server=$build/code-server
install() {
    rm -rf "$server"
    mkdir -p "$server"
    echo '{ "private": true, "allowScripts": { "code-server": true, "argon2": true } }' >"$server/package.json"
    cd "$server"
    timeout 300 npm install --silent --no-audit --no-fund node@24 || return
    export PATH=$server/node_modules/.bin:$PATH npm_config_nodedir=${npm_config_nodedir:-/usr}
    timeout 600 npm install --silent --no-audit --no-fund code-server@4.139 || return
    touch installed
}
if [ ! -e "$server/installed" ] && ! (install); then
    echo "skipped: VS Code, as the npm packages code-server and node, or libkrb5-dev, can't be had here"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/shop"
cp -r "$root"/{templates,content_blocks,scenarios,recordings,snapshots,meniscus.toml} "$work/shop"
ln -s "$modules" "$work/node_modules"
cp "$root"/tests/editors/*.mjs "$work"
PATH=$server/node_modules/.bin:$PATH node "$work/vscode.mjs" "$server/node_modules/.bin/code-server" "$vsix" "$work/shop" "$program" ${2:+"$(realpath "$2")"}
