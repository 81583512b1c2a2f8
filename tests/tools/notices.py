#!/usr/bin/env python3
"""Writes THIRD_PARTY_NOTICES.md: what the program and its modules are made of beside their own code, with every
licence text.

    tests/tools/notices.py           write it
    tests/tools/notices.py --check   exit 1 where it isn't up to date

Rust crates come from `cargo metadata` (what is linked, for any system; nothing of tests and builds), the
page's vendored scripts from the notices beside them."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTICES = ROOT / "THIRD_PARTY_NOTICES.md"
PAGE = ROOT / "src/serve/preview/page"
VENDORED = {
    "codemirror.txt": "CodeMirror (the editor of the preview page)",
    "preact.txt": "Preact (draws the preview page)",
}
NAMES = ("license", "licence", "copying", "notice", "unlicense")


def packages():
    """The crates that are linked, by name and version."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    data = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    known = {package["id"]: package for package in data["packages"]}
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    linked, waiting = set(), list(data["workspace_members"])
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            is_linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if is_linked and dependency["pkg"] not in linked:
                linked.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    # The crates of this repository have no source.
    found = [known[one] for one in linked if known[one]["source"]]
    return sorted(found, key=lambda package: (package["name"], package["version"]))


def texts(package):
    """The licence files of a crate, in order of name."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = [file for file in folder.iterdir() if file.is_file() and file.name.lower().startswith(NAMES)]
    for file in sorted(files, key=lambda file: file.name):
        text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
        yield "\n".join(line.rstrip() for line in text.split("\n"))


def notices():
    crates, users, missing = packages(), {}, []
    for package in crates:
        name = f"{package['name']} {package['version']}"
        found = list(texts(package))
        if not found:
            missing.append(f"- {name}: {package['license'] or 'see its repository'}")
        for text in found:
            users.setdefault(text, []).append(name)
    lines = [
        "# Third-party notices",
        "",
        "What meniscus is made of beside its own code. Written by `tests/tools/notices.py`.",
        "",
        "| crate | licence | source |",
        "|---|---|---|",
    ]
    for package in crates:
        source = package["repository"] or package["homepage"] or ""
        lines.append(f"| {package['name']} {package['version']} | {package['license'] or ''} | {source} |")
    if missing:
        lines += ["", "These carry no licence file; their licence is the one named in the table:", ""] + missing
    for text, names in sorted(users.items(), key=lambda entry: entry[1][0]):
        lines += ["", f"## {', '.join(names)}", "", "```text", text.replace("```", "'''"), "```"]
    for name, title in VENDORED.items():
        text = (PAGE / name).read_text(encoding="utf-8").strip().replace("```", "'''")
        lines += ["", f"## {title}", "", "```text", text, "```"]
    return "\n".join([*lines, ""])


def main():
    text = notices()
    if "--check" in sys.argv[1:]:
        if not NOTICES.exists() or NOTICES.read_text(encoding="utf-8") != text:
            sys.exit("THIRD_PARTY_NOTICES.md isn't up to date: run tests/tools/notices.py")
        return
    NOTICES.write_text(text, encoding="utf-8")
    print(f"wrote {NOTICES.name}: {text.count(chr(10))} lines")


main()
