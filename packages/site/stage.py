"""Gathers the pages and settings of the site, in both languages: `stage.py FOLDER`.

English pages are `docs/` without `docs/ja`, the spec pages, and the pages of editors and changes;
Japanese ones are `docs/ja`. Links that leave the site lead to the repository. The navigation lists
the pages in the order in which the index page of each part links to them.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/meniscus/meniscus"

LINK = re.compile(r"(\]\()([^)\s]+)\)")
INFO = re.compile(r"^(\s*`{3,})([\w-]+) +(?![^`]*title=)([^`]+?)\s*$")
ITEM = re.compile(r"(?:- |\d\. )(?=\S)")
# Set-up that tests run and readers don't need.
HIDDEN = re.compile(r"^\s*<!-- (?:run: .*|in an empty folder )-->\n", re.M)


def pages(language):
    """Returns where each file of the repository is in the site."""
    found = {}
    if language == "ja":
        for path in sorted((ROOT / "docs/ja").rglob("*")):
            found[path] = path.relative_to(ROOT / "docs/ja")
        for path in sorted((ROOT / "docs/img").rglob("*.*")):
            found[path] = path.relative_to(ROOT / "docs")
    else:
        for path in sorted((ROOT / "docs").rglob("*")):
            if "ja" not in path.relative_to(ROOT / "docs").parts:
                found[path] = path.relative_to(ROOT / "docs")
        for path in sorted((ROOT / "tests/spec").rglob("*.md")):
            inside = path.relative_to(ROOT / "tests/spec")
            name = "index.md" if inside == Path("README.md") else inside
            found[path] = Path("reference/spec") / name
        found[ROOT / "docs/reference/json/README.md"] = Path("reference/json/index.md")
        found[ROOT / "editors/README.md"] = Path("reference/editors.md")
        found[ROOT / "CHANGELOG.md"] = Path("project/changes.md")
    return {path: place for path, place in found.items() if path.is_file() and path.suffix not in (".py", ".sh")}


def relink(text, source, places):
    """Returns the page with its links changed to where their targets are in the site."""

    def change(found):
        path, _, anchor = found[2].partition("#")
        if not path or "://" in path or path.startswith("mailto:"):
            return found[0]
        target = (source.parent / path).resolve()
        if target.is_dir() and (target / "README.md") in places:
            target /= "README.md"
        anchor = f"#{anchor}" if anchor else ""
        if target in places:
            return f"{found[1]}{os.path.relpath(places[target], places[source].parent)}{anchor})"
        kind = "tree" if target.is_dir() else "blob"
        if "ja" in source.parts and (ROOT / "docs") in target.parents and target.suffix == ".md":
            # The English site is the folder above the Japanese one.
            page = target.relative_to(ROOT / "docs").with_suffix("")
            page = page.parent if page.name == "index" else page
            return f"{found[1]}../{page.as_posix()}/{anchor})"
        return f"{found[1]}{REPOSITORY}/{kind}/main/{target.relative_to(ROOT).as_posix()}{anchor})"

    lines, fence, extra = [], None, 0
    for line in text.split("\n"):
        # The site wants what belongs to an item of a list at four spaces.
        item = ITEM.match(line) if fence is None else None
        if item:
            extra = 4 - len(item[0])
        elif extra and line.strip():
            if line.startswith(" " * (4 - extra)):
                line = " " * extra + line
            else:
                extra = 0
        start = line.lstrip()
        ticks = len(start) - len(start.lstrip("`"))
        if fence is None and ticks >= 3:
            fence = ticks
            # `liquid bad` becomes a title; the site knows the first word alone.
            line = INFO.sub(lambda m: f'{m[1]}{m[2]} title="{m[3]}"', line)
        elif fence is not None and ticks >= fence and start.strip("`").strip() == "":
            fence = None
        elif fence is None:
            line = LINK.sub(change, line)
        lines.append(line)
    return "\n".join(lines)


PARTS = {
    "en": {
        "start": "Start",
        "how-to": "How to",
        "reference": "Reference",
        "explanation": "Explanation",
        "project": "Project",
    },
    "ja": {},
}
# What the settings in English become in Japanese.
JAPANESE = {
    'docs_dir = "src-en"': 'docs_dir = "src-ja"',
    'site_dir = "site"': 'site_dir = "site-ja"',
    'language = "en"': 'language = "ja"',
    '.io/meniscus/"': '.io/meniscus/ja/"',
    "Switch to dark mode": "ダークモードに切り替え",
    "Switch to light mode": "ライトモードに切り替え",
    "Renders and lints Braze message templates against SessionM responses": (
        "Brazeのメッセージテンプレートを、SessionMのレスポンスで表示し検査する"
    ),
}


def listed(folder, index):
    """Returns the pages that an index page links to, in its order, and those that it misses."""
    text = (folder / index).read_text(encoding="utf-8")
    home = Path(index).parent
    found = [index]
    for target in LINK.findall(text):
        path = target[1].partition("#")[0]
        page = os.path.normpath(home / path) if path.endswith(".md") else ""
        inside = Path(page).parent == home or Path(page).name == "index.md"
        if page and inside and page not in found and (folder / page).exists():
            found.append(page)
    inside = {str(path.relative_to(folder)) for path in (folder / home).glob("*.md")}
    return found, sorted(inside - set(found))


def navigation(folder, language):
    """Returns the setting `nav`; ends where a page isn't listed in the index of its part."""
    if language == "ja":
        pages, missing = listed(folder, "index.md")
        nav = pages
    else:
        nav, missing = ["index.md"], []
        for part, title in PARTS[language].items():
            pages, unlisted = listed(folder, f"{part}/index.md")
            missing += unlisted
            if part == "reference":
                spec = folder / "reference/spec"
                rest = sorted(spec.rglob("*.md"), key=lambda path: (len(path.parts), path))
                names = [str(path.relative_to(folder)) for path in rest]
                names.insert(0, names.pop(names.index("reference/spec/index.md")))
                pages = [one for one in pages if not one.startswith("reference/spec/")]
                pages.append({"The dialect, by example": names})
            nav.append({title: pages})
    if missing:
        sys.exit(f"no index page links to {', '.join(missing)}")

    def toml(item):
        if isinstance(item, dict):
            (title, inside), = item.items()
            return f"{{ {json.dumps(title)} = {toml(inside)} }}"
        if isinstance(item, list):
            return "[" + ", ".join(toml(one) for one in item) + "]"
        return json.dumps(item)

    return f"nav = {toml(nav)}"


def main():
    work = Path(sys.argv[1])
    settings = (ROOT / "packages/site/zensical.toml").read_text(encoding="utf-8")
    for language in PARTS:
        folder = work / f"src-{language}"
        places = pages(language)
        for source, place in places.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.suffix == ".md":
                text = HIDDEN.sub("", source.read_text(encoding="utf-8"))
                if place == Path("reference/rules.md"):
                    # Six sections for each of 170 rules would bury the list of contents.
                    text = re.sub(r"(?m)^### (.*)$", r"**\1**", text)
                target.write_text(relink(text, source, places), encoding="utf-8")
            else:
                shutil.copyfile(source, target)
        shutil.copyfile(ROOT / "packages/site/site.css", folder / "site.css")
        own = settings
        if language == "ja":
            for english, japanese in JAPANESE.items():
                if english not in own:
                    sys.exit(f"zensical.toml has no {english}")
                own = own.replace(english, japanese)
            own = own.replace('link = "./"', 'link = "../"').replace('"./ja/"', '"./"')
        nav = navigation(folder, language)
        own = own.replace('docs_dir = ', f"{nav}\ndocs_dir = ", 1)
        (work / f"zensical-{language}.toml").write_text(own, encoding="utf-8")
        print(f"{language}: {sum(place.suffix == '.md' for place in places.values())} pages")


main()
