"""Draws what a command prints, colors and all, as an SVG: python3 docs/img/draw.py OUT.svg COMMAND...

Run from the repository's root. The command runs on a terminal of its own, so it colors its output.
"""

import html
import os
import pty
import re
import subprocess
import sys

COLORS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea", 90: "#8b949e"}
WIDTH, LINE, LEFT, TOP = 8.43, 19, 16, 44


def printed(command):
    main, side = pty.openpty()
    process = subprocess.Popen(command, stdout=side, stderr=side, stdin=subprocess.DEVNULL)
    os.close(side)
    text = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    process.wait()
    # Links of names of rules to their pages.
    text = re.sub(rb"\x1b\]8;;.*?\x1b\\\\", b"", text)
    return text.decode().replace("\r\n", "\n").rstrip("\n")


def wrapped(line):
    """Returns the rows that a terminal of `COLUMNS` shows; only lines without colors are that long."""
    columns = int(os.environ.get("COLUMNS", 100))
    if "\x1b" in line or len(line) <= columns:
        return [line]
    return [line[start : start + columns] for start in range(0, len(line), columns)]


def pieces(line, style):
    out = []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            for code in (int(c or 0) for c in part[2:-1].split(";")):
                if code == 0:
                    style = {}
                elif code == 1:
                    style = {**style, "font-weight": "bold"}
                elif code in COLORS:
                    style = {**style, "fill": COLORS[code]}
                elif code == 39:
                    style = {k: v for k, v in style.items() if k != "fill"}
        elif part:
            attributes = "".join(f' {k}="{v}"' for k, v in style.items())
            out.append(f"<tspan{attributes}>{html.escape(part)}</tspan>")
    return "".join(out), style


def main():
    target, command = sys.argv[1], sys.argv[2:]
    shown = " ".join(["meniscus"] + command[1:])
    lines = [f"\x1b[32m$\x1b[0m {shown}"]
    for line in printed(command).split("\n"):
        lines += wrapped(line)
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = int(max(map(len, plain)) * WIDTH + 2 * LEFT)
    height = TOP + LINE * len(lines) + 8
    style, rows = {}, []
    for number, line in enumerate(lines):
        text, style = pieces(line, style)
        rows.append(f'<text x="{LEFT}" y="{TOP + LINE * number + 12}" xml:space="preserve">{text}</text>')
    dots = "".join(f'<circle cx="{20 + 20 * i}" cy="18" r="6" fill="{c}"/>' for i, c in enumerate(["#ff5f57", "#febc2e", "#28c840"]))
    with open(target, "w", encoding="utf-8") as file:
        file.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f"font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\" fill=\"#e6edf3\">"
            f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>{dots}{"".join(rows)}</svg>\n'
        )


main()
