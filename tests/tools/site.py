"""Checks a built site: `site.py FOLDER`. Links lead to pages and headings that exist, and nothing is
loaded from another host."""

import posixpath
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

SITE = Path(sys.argv[1])
HOME = "https://meniscus.github.io/meniscus/"
LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
# Relations of `link` that browsers don't load.
NAMED = {"canonical", "alternate", "next", "prev", "license"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.ids = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in LOADS and given.get(LOADS[tag]):
            self.loads.append(given[LOADS[tag]])
        if tag == "link" and given.get("href") and not NAMED & set(given.get("rel", "").split()):
            self.loads.append(given["href"])


def target_of(page, link):
    """Returns the file that a link on a page leads to."""
    path = unquote(urlsplit(link).path)
    place = posixpath.normpath(posixpath.join(page.parent.relative_to(SITE).as_posix(), path)) if path else page.relative_to(SITE).as_posix()
    file = SITE / place
    return file / "index.html" if file.is_dir() else file


def main():
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(SITE.rglob("*.html"))}
    wrong, links = [], 0
    for path, page in pages.items():
        name = path.relative_to(SITE)
        for load in page.loads:
            if urlsplit(load).scheme not in ("", "data"):
                wrong.append(f"{name} loads {load}")
            elif not urlsplit(load).scheme and name.name != "404.html" and not target_of(path, load).exists():
                wrong.append(f"{name} loads {load}, which isn't there")
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//") or name.name == "404.html":
                continue
            links += 1
            target = target_of(path, link)
            if not target.exists():
                wrong.append(f"{name} links to {link}, which isn't there")
            elif parts.fragment and target in pages and not parts.fragment.startswith("__"):
                if unquote(parts.fragment) not in pages[target].ids:
                    wrong.append(f"{name} links to {link}, which has no such heading")
    for style in SITE.rglob("*.css"):
        if "url(http" in style.read_text(encoding="utf-8") or "@import" in style.read_text(encoding="utf-8"):
            wrong.append(f"{style.relative_to(SITE)} loads from another host")
    print("\n".join(wrong[:60]))
    print(f"site: {len(pages)} pages, {links} links, {len(wrong)} wrong")
    sys.exit(1 if wrong or len(pages) < 200 else 0)


main()
