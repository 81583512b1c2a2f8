"""The examples of docs/reference/python.md run in the example workspace, and print what they say."""

import ast
import contextlib
import io
import os
import re
from pathlib import Path

import pytest

DOCS = Path(os.environ["MENISCUS_ROOT"]) / "docs/reference/python.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.M | re.S)
NAMES: dict = {}  # later examples go on with what earlier ones made


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example(number):
    block = BLOCKS[number]
    lines = block.split("\n")
    # What a `print` at the start of a line says in its comment; `…` stands for anything.
    expected = []
    for statement in ast.walk(ast.parse(block)):
        if isinstance(statement, ast.Call) and getattr(statement.func, "id", "") == "print":
            _, comment, said = lines[statement.lineno - 1].partition("# ")
            expected.append(said if comment and "…" not in said else None)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block, f"{DOCS.name}:{number}", "exec"), NAMES)
    found = printed.getvalue().splitlines()
    said = [one for one in expected if one is not None]
    assert [one for one in found if one in said] == said, f"it prints {found}"


def test_there_are_examples():
    assert len(BLOCKS) >= 4
