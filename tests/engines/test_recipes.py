"""Each example of docs/reference/engines.md runs, and its rows are those that the program counts."""

import importlib.util
import re

import pytest
from conftest import ROOT, without_samples

DOCS = (ROOT / "docs/reference/engines.md").read_text(encoding="utf-8")
FIRST, *SECTIONS = re.split(r"^## ", DOCS, flags=re.M)
PREPARED = re.search(r"^```python\n(.*?)^```", FIRST, re.M | re.S).group(1)
RECIPES = {
    title.splitlines()[0].split(":")[0]: block.group(1)
    for title in SECTIONS
    if (block := re.search(r"^```python\n(.*?)^```", title, re.M | re.S))
}


def names_of(recipe):
    return {name for name in re.findall(r"^(?:import|from) ([\w.]+)", recipe, re.M)}


def is_installed(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def sent_of(rendered):
    """The rows that are sent, and all rows."""
    if type(rendered).__module__.startswith("ray"):
        return rendered.sum("sent"), rendered.count()
    return rendered["sent"].sum(), len(rendered)


@pytest.mark.parametrize("engine", [name for name in RECIPES if name != "Spark"])
def test_a_recipe(engine, workspace, counted, monkeypatch):
    recipe = RECIPES[engine]
    missing = [name for name in names_of(recipe) if not is_installed(name)]
    if missing:
        pytest.skip(f"{', '.join(missing)} isn't installed")
    monkeypatch.chdir(workspace)
    names = {}
    exec(compile(PREPARED, "docs/reference/engines.md", "exec"), names)
    exec(compile(recipe, f"docs/reference/engines.md, {engine}", "exec"), names)
    if "tally" in names:
        assert without_samples(names["tally"].numbers) == without_samples(counted.numbers)
    else:
        assert sent_of(names["rendered"]) == (counted.sent, counted.rows)


def test_there_are_recipes():
    assert len(RECIPES) >= 7
