#!/usr/bin/env python3
"""Writes what stands beside the archives of a version, from the archives in a folder: `SHA256SUMS`, a
formula for Homebrew and a manifest for Scoop.

    packages/manifests.py FOLDER [--base URL]
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

BASE = "https://github.com/meniscus/meniscus/releases/download"
ABOUT = "Renders and lints Braze message templates against recorded SessionM responses"
NAME = re.compile(r"meniscus-(\d+\.\d+\.\d+)-(.+)\.(tar\.gz|zip)")


def archives(folder):
    """The archives by their targets, each with its digest; their version."""
    found, versions = {}, set()
    for path in sorted(folder.iterdir()):
        match = NAME.fullmatch(path.name)
        if match:
            versions.add(match[1])
            found[match[2]] = (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    if len(versions) != 1:
        sys.exit(f"`{folder}` has archives of {len(versions)} versions, expected one")
    return found, versions.pop()


def formula(found, version, base):
    """A formula for Homebrew; nothing of a platform whose archive is missing."""
    platforms = [
        ("on_macos", "on_arm", "aarch64-apple-darwin"),
        ("on_macos", "on_intel", "x86_64-apple-darwin"),
        ("on_linux", "on_arm", "aarch64-unknown-linux-gnu"),
        ("on_linux", "on_intel", "x86_64-unknown-linux-gnu"),
    ]
    lines = [
        "class Meniscus < Formula",
        f'  desc "{ABOUT}"',
        '  homepage "https://github.com/meniscus/meniscus"',
        f'  version "{version}"',
        '  license any_of: ["MIT", "Apache-2.0"]',
        "",
    ]
    for system in ("on_macos", "on_linux"):
        inner = []
        for of, cpu, target in platforms:
            if of == system and target in found:
                name, digest = found[target]
                inner += [
                    f"    {cpu} do",
                    f'      url "{base}/v{version}/{name}"',
                    f'      sha256 "{digest}"',
                    "    end",
                ]
        if inner:
            lines += [f"  {system} do", *inner, "  end", ""]
    lines += [
        "  def install",
        '    bin.install "meniscus"',
        '    (share/"meniscus").install "meniscus-engine.js" if File.exist?("meniscus-engine.js")',
        '    generate_completions_from_executable(bin/"meniscus", "completions")',
        "  end",
        "",
        "  test do",
        '    system bin/"meniscus", "init", "shop"',
        '    rendered = shell_output("cd shop && #{bin}/meniscus render templates/offer_wallet --scenario anna")',
        '    assert_match "Anna", rendered',
        "  end",
        "end",
        "",
    ]
    return "\n".join(lines)


def scoop(found, version, base):
    """A manifest for Scoop; `None` without an archive for Windows."""
    if "x86_64-pc-windows-msvc" not in found:
        return None
    name, digest = found["x86_64-pc-windows-msvc"]
    manifest = {
        "version": version,
        "description": ABOUT,
        "homepage": "https://github.com/meniscus/meniscus",
        "license": "MIT|Apache-2.0",
        "architecture": {"64bit": {"url": f"{base}/v{version}/{name}", "hash": digest}},
        "extract_dir": name.removesuffix(".zip"),
        "bin": "meniscus.exe",
    }
    return json.dumps(manifest, indent=4) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--base", default=BASE)
    asked = parser.parse_args()
    found, version = archives(asked.folder)
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(found.values()))
    (asked.folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    (asked.folder / "meniscus.rb").write_text(formula(found, version, asked.base), encoding="utf-8")
    manifest = scoop(found, version, asked.base)
    if manifest is not None:
        (asked.folder / "meniscus.json").write_text(manifest, encoding="utf-8")
    print(f"{version}: {', '.join(found)}")


if __name__ == "__main__":
    main()
