"""Checks how meniscus speaks: `prose.py PROGRAM`.

It reads the English pages, the help of every command, and the string literals of the sources, and
reports phrases that read like a translation, passives such as "is told", and sentences of more
than 30 words. Code, fences, tables' code, quotes of other programs, and links' targets don't count.
Exit code 1 where it found something.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 30

# Each phrase, and what to write instead.
PHRASES = [
    (r"\bso that\b(?! it| they| a| the)|\bso that (?:it|they|a|the)\b", "say it in two sentences, or use `so`"),
    (r"\bbe it\b", "or"),
    (r"\bof whom\b", "who"),
    (r"\bthereby\b", "a new sentence"),
    (r"\bas far as\b", "where, or until"),
    (r"\b(?:is|are|was|were|be) told\b(?! to\b)", "is reported, reports, or says"),
    (r"\btells of\b|\bcomplained of\b", "reports"),
    (r"\bthere are none\b", "say what happens then"),
    (r"\bthe matter of\b", "name the thing"),
    (r"\bcomes of\b", "comes from"),
    (r"\b(?:is|are) made of\b", "consists of, or is built from"),
    (r"\binside of\b", "inside"),
    (r"\boutside of\b", "outside"),
    (r"\bin front of\b", "before"),
    (r"\bof (?:the program's|meniscus's) own\b", "our"),
    (r"\bfor ever\b", "from then on"),
    (r"\bthe lesser\b", "the smaller"),
    (r"(?<!there )(?<!there\n)\b(?:is|are) no (?!longer|more|fewer|less|need|such|way|better|different|other)\w+", "isn't a …, aren't …"),
    (r"\be-mails?\b", "email"),
    (r"\bgets? a hole\b|\ba hole\b|\bholes\b", "a blank, or a gap"),
    (r"\bprints nothing\b", "renders as blank"),
    (r"\bstands? (?:here|there|behind|in front|before|for itself)\b", "is, or seen here"),
    (r"\bbehind (?:it|its|the|a|an|`)", "after"),
    (r"\breplace `[^`]*` by\b", "replace … with"),
    (r"\bnot as meant\b|\bas meant\b", "say what was expected"),
    (r"\bslips?\b", "syntax error, or mistake"),
    (r"\bmend(?:s|ed|ing)?\b", "fix"),
    (r"\bthe like\b", "and others, or name them"),
    (r"\bwhere (?:there|that) is (?:so|none)\b", "if so, if not"),
    (r"\bhas to come to\b", "must be"),
    (r"\bcame out\b|\bcomes out\b", "the output is"),
    (r"\bis written anew\b", "is rewritten"),
    (r"\bput aside\b", "ignored, or recorded"),
]
PATTERNS = [(re.compile(pattern, re.I), advice) for pattern, advice in PHRASES]

# Liquid's and other programs' own words, quoted.
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|<!--.*?-->", re.S)
CODE = re.compile(r"``.*?``|`[^`]*`", re.S)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SENTENCE = re.compile(r"(?<=[.!?:;])[\"”)]*\s+(?=[\"“(]?[A-Z`*0-9])|\n\s*\n|\n(?=\s*(?:[-*|#>]|\d+\.)\s?)|(?<=\|)")


def outside_fences(text):
    """Yields the lines of a page; those of fences are empty, so that numbers stay."""
    fence = 0
    for line in text.split("\n"):
        start = line.lstrip(" >")
        ticks = len(start) - len(start.lstrip("`"))
        if fence:
            if ticks >= fence and not start.strip("`").strip():
                fence = 0
            yield ""
        elif ticks >= 3:
            fence = ticks
            yield ""
        else:
            yield line


def check(name, text, sentences=True):
    """Returns what is wrong in a text without fences, as lines `name:line: …`."""
    wrong = []
    plain = CODE.sub(lambda m: "`" + "\n" * m[0].count("\n") + "x`", text)
    plain = QUOTED.sub(lambda m: '"' + "\n" * m[0].count("\n") + 'x"', plain)
    plain = LINK.sub(r"\1", plain)
    for pattern, advice in PATTERNS:
        for found in pattern.finditer(plain):
            line = plain.count("\n", 0, found.start()) + 1
            words = " ".join(found[0].split())
            wrong.append((line, f"{name}:{line}: “{words}”: {advice}"))
    if sentences:
        place = 0
        for sentence in SENTENCE.split(plain):
            start = plain.find(sentence, place)
            place = start + len(sentence)
            words = re.findall(r"[A-Za-z0-9`][\w'’`./-]*", sentence)
            if len(words) > LONGEST:
                line = plain.count("\n", 0, start) + 1
                first = " ".join(words[:8])
                wrong.append((line, f"{name}:{line}: {len(words)} words: “{first} …”: say it in two sentences"))
    return [text for _, text in sorted(wrong)]


def pages():
    for folder in ("docs", "editors", "packages", "tests/spec"):
        for path in sorted((ROOT / folder).rglob("*.md")):
            if "node_modules" not in path.parts and "ja" not in path.parts:
                yield path
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md"):
        yield ROOT / name


def helps(program):
    """Yields the name and the long help of every command and subcommand."""
    waiting = [[]]
    while waiting:
        command = waiting.pop(0)
        text = subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True).stdout
        yield " ".join(["meniscus", *command, "--help"]), text
        inside = re.search(r"^Commands:\n((?:  .*\n|\n)+)", text, re.M)
        for name in re.findall(r"^  ([a-z-]+)", inside[1] if inside else "", re.M):
            if name != "help":
                waiting.append([*command, name])


# A literal that a person reads has words in it; tests' own texts stay theirs.
LITERAL = re.compile(r'(?<![\w\'])(?:b|r)?"((?:[^"\\]|\\.)*)"', re.S)


def literals():
    """Yields each source file with its string literals alone, at their lines."""
    for folder in ("src", "crates"):
        for path in sorted((ROOT / folder).rglob("*.rs")):
            if "tests" in path.parts or path.name == "tests.rs":
                continue
            code = path.read_text(encoding="utf-8").split("#[cfg(test)]")[0]
            code = re.sub(r"(?m)^(\s*)//.*$", r"\1", code)
            text, last = [], 0
            for found in LITERAL.finditer(code):
                text.append("\n" * code.count("\n", last, found.start(1)))
                # One word is a key or a name.
                words = found[1] if " " in found[1] else ""
                words = words.replace("\\n", " ").replace('\\"', "'")
                text.append(re.sub(r"\\\n\s*", lambda m: "\n", words) + " . ")
                last = found.end(1)
            yield path, "".join(text)


def main():
    wrong, count = [], 0
    for path in pages():
        text = "\n".join(outside_fences(path.read_text(encoding="utf-8")))
        wrong += check(path.relative_to(ROOT).as_posix(), text)
        count += 1
    for name, text in helps(sys.argv[1]):
        # Lists of commands and examples aren't sentences.
        text = re.sub(r"(?m)^ +(?:meniscus |[a-z-]+  ).*$", "", text)
        wrong += check(name, text)
        count += 1
    for path, text in literals():
        wrong += check(path.relative_to(ROOT).as_posix(), text, sentences=False)
        count += 1
    print("\n".join(wrong))
    print(f"prose: {count} texts, {len(wrong)} remarks")
    sys.exit(1 if wrong else 0)


main()
