#!/usr/bin/env bash
# Real clients of `meniscus mcp`: Python's, and the inspector: `tests/tools/mcp.sh [PROGRAM]`. What can't be had here is
# skipped with a line.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:-$root/target/debug/meniscus}")
build=$(realpath -m "${CARGO_TARGET_DIR:-$root/target}")/mcp
mkdir -p "$build"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$root"/{templates,content_blocks,scenarios,recordings,snapshots,meniscus.toml} "$work"

python=$build/python/bin/python
"$python" -c 'import mcp' 2>/dev/null || { python3 -m venv "$build/python" && "$python" -m pip install --quiet --disable-pip-version-check mcp==2.3.0 || true; }
if "$python" -c 'import mcp' 2>/dev/null; then
    timeout 120 "$python" "$root/tests/mcp/client.py" "$program" "$work"
else
    echo "skipped Python's client: it can't be had here"
fi

# The inspector needs a newer Node than Debian's.
node=$build/node/node_modules/.bin
[ -x "$node/mcp-inspector" ] || npm install --silent --no-audit --no-fund --prefix "$build/node" node@24 @modelcontextprotocol/inspector@2.12.0 || true
if PATH=$node:$PATH "$node/mcp-inspector" --version >/dev/null 2>&1; then
    inspect() { PATH=$node:$PATH timeout 120 "$node/mcp-inspector" --cli "$program" mcp "$work" "$@"; }
    # Exit 6 where a schema isn't read by every client.
    inspect --method tools/list --strict >"$work/tools" 2>"$work/said" || { cat "$work/said"; exit 1; }
    [ ! -s "$work/said" ] || { cat "$work/said"; exit 1; }
    inspect --method tools/call --tool-name render --tool-arg message=offer_wallet recipient=ben >"$work/render"
    grep -q '"text": "Ben, you have 0 points"' "$work/render" || { cat "$work/render"; exit 1; }
    echo "the inspector: $(grep -c '"outputSchema"' "$work/tools") tools, no complaint"
else
    echo "skipped the inspector: it can't be had here"
fi

if [ ! -x "$build/mcpb/node_modules/.bin/mcpb" ]; then
    npm install --silent --no-audit --no-fund --prefix "$build/mcpb" @anthropic-ai/mcpb@2.1.2 || true
fi
if [ -x "$build/mcpb/node_modules/.bin/mcpb" ]; then
    "$build/mcpb/node_modules/.bin/mcpb" validate "$root/packages/mcp/manifest.json" >"$work/said" || { cat "$work/said"; exit 1; }
else
    echo "skipped the bundle's manifest: its tool can't be had here"
fi

# What registries and clients are told has the version of the program, and its names.
python3 - "$root" <<'PYTHON'
import json, pathlib, re, sys

root = pathlib.Path(sys.argv[1])
version = re.search(r'^version = "(.*)"', (root / "Cargo.toml").read_text(), re.M).group(1)
server = json.loads((root / "packages/mcp/server.json").read_text())
bundle = json.loads((root / "packages/mcp/manifest.json").read_text())
found = {server["version"], bundle["version"], *(package["version"] for package in server["packages"])}
if found != {version}:
    sys.exit(f"packages/mcp has the versions {found}, the program has {version}")
package = json.loads((root / "packages/npm/meniscus/package.json").read_text())
if package["mcpName"] != server["name"] or f"mcp-name: {server['name']}" not in (root / "README.md").read_text():
    sys.exit(f"package.json or README.md doesn't name {server['name']}")
sources = (root / "src/mcp/tools").glob("*.rs")
tools = {name for source in sources for name in re.findall(r'const NAME: &\'static str = "(\w+)"', source.read_text())}
if {tool["name"] for tool in bundle["tools"]} != tools:
    sys.exit(f"packages/mcp/manifest.json doesn't list the tools {sorted(tools)}")
print("packages/mcp holds")
PYTHON
