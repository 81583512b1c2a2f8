"""Renders and lints Braze message templates with recorded SessionM responses.

>>> import meniscus
>>> workspace = meniscus.Workspace.of_texts({
...     "templates/hi/message.toml": 'channel = "sms"',
...     "templates/hi/body.liquid": "Hi {{${first_name}}}, {{custom_attribute.${tier}}}",
...     "scenarios/anna.toml": '[user]\\nfirst_name = "Anna"',
... })
>>> rendered = workspace.message("hi").render("anna")
>>> rendered.parts["body"]
'Hi Anna, '
>>> rendered.blanks[0].reason
'the recipient has no custom attribute `tier`'
>>> meniscus.Engine().compile("{{ 2 | times: 21 }}").render().output
'42'
"""

from __future__ import annotations

import datetime as _datetime
import functools as _functools
import io as _io
import json as _json
import os as _os
import zipfile as _zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal as _Decimal
from typing import Any

from . import _meniscus
from ._meniscus import VERSION as __version__
from ._meniscus import MeniscusError
from .audience import ArrowBatch, Audience, Batch, Tally, merge
from .audience import _options

__all__ = [
    "Abort",
    "Audience",
    "Batch",
    "Blank",
    "Call",
    "Diagnostic",
    "Engine",
    "MeniscusError",
    "Message",
    "Place",
    "Rendered",
    "Tally",
    "Template",
    "Text",
    "Workspace",
    "lint",
    "merge",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A location: a file relative to the workspace, and a line and column from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem found in a template."""

    rule: str
    level: str
    message: str
    at: Place
    help: str | None = None
    part: str | None = None

    def __str__(self) -> str:
        advice = f" ({self.help})" if self.help else ""
        return f"{self.at}: {self.level}: {self.message} [{self.rule}]{advice}"


@dataclass(frozen=True, slots=True)
class Abort:
    """Why a part isn't sent; ``type`` is the abort type."""

    type: str
    reason: str
    at: Place | None = None


@dataclass(frozen=True, slots=True)
class Blank:
    """An output that renders as blank."""

    part: str
    expression: str
    reason: str
    nearest: str | None
    at: Place


@dataclass(frozen=True, slots=True)
class Call:
    """An API call that a part makes. ``result`` is `answered`, `cached`, `unanswered`, or `refused`."""

    part: str
    method: str
    url: str
    result: str
    recording: str | None
    status: int | None
    saved_as: str | None
    problem: str | None
    at: Place


@dataclass(frozen=True, slots=True)
class Text:
    """A template rendered for a recipient; ``output`` is `None` if it isn't sent."""

    output: str | None
    aborted: Abort | None
    blanks: Sequence[Blank]
    calls: Sequence[Call]
    diagnostics: Sequence[Diagnostic]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message rendered for a recipient; a part that isn't sent is `None`."""

    message: str
    recipient: str
    parts: Mapping[str, str | None]
    aborted: Abort | None
    blanks: Sequence[Blank]
    calls: Sequence[Call]
    diagnostics: Sequence[Diagnostic]
    message_extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> bool:
        """Whether every part is sent."""
        return self.aborted is None


class Workspace:
    """A workspace of messages and recipients, read once. To see later changes, open it again.

    A pickled workspace contains its files, so it also works on another machine.
    """

    __slots__ = ("_library",)

    def __init__(self, path: str | _os.PathLike[str] = ".") -> None:
        """Reads the workspace that contains a folder: the nearest parent with `meniscus.toml`, or
        else the folder itself."""
        self._library = _meniscus.Library.open(_os.fspath(path))

    @classmethod
    def of_texts(cls, texts: Mapping[str, str]) -> Workspace:
        """Reads a workspace from files in memory: contents by path, such as
        `templates/hello.liquid`."""
        workspace = cls.__new__(cls)
        workspace._library = _meniscus.Library.of_texts(dict(texts))
        return workspace

    def __reduce__(self) -> tuple[Any, ...]:
        return Workspace._of_packed, (_packed(self._library), __version__)

    @classmethod
    def _of_packed(cls, packed: bytes, version: str) -> Workspace:
        workspace = cls.__new__(cls)
        workspace._library = _unpacked(packed, version)
        return workspace

    @property
    def messages(self) -> Sequence[str]:
        """The names of the messages, sorted."""
        return self._library.messages()

    def message(self, name: str) -> Message:
        """Returns a message. Raises `MeniscusError` if there is no message with this name."""
        self._library.recipients(name)  # raises with the nearest name
        return Message(self._library, name)

    def __iter__(self) -> Iterator[Message]:
        return (Message(self._library, name) for name in self.messages)

    def lint(self, text: str | None = None, *, name: str = "template") -> Sequence[Diagnostic]:
        """Lints the workspace, or a template with what the workspace knows."""
        found = self._library.lint() if text is None else self._library.lint_text(text, name)
        return _diagnostics(_json.loads(found)["diagnostics"])

    def __repr__(self) -> str:
        return f"<Workspace of {len(self.messages)} messages>"


class Message:
    """A message of a workspace."""

    __slots__ = ("_library", "name")

    def __init__(self, library: _meniscus.Library, name: str) -> None:
        self._library = library
        self.name = name

    @property
    def recipients(self) -> Sequence[str]:
        """The names of the message's recipients, sorted."""
        return self._library.recipients(self.name)

    def render(
        self, recipient: str | Mapping[str, Any] | None = None, /, **tables: Mapping[str, Any]
    ) -> Rendered:
        """Renders the message for a recipient, given by name or as values by table.

        Keyword arguments override values of a named recipient: `render("anna",
        user={"first_name": "Ann"})`. Raises `MeniscusError` for unknown names and values that
        aren't allowed.
        """
        if isinstance(recipient, Mapping):
            base, values = None, {**recipient, **tables}
        else:
            base, values = recipient, tables
        text = _json.dumps(values, default=_plain) if values else None
        return _rendered(self.name, base, _json.loads(self._library.render(self.name, base, text)))

    def audience(
        self,
        *,
        now: str | _datetime.datetime,
        base: str | None = None,
        key: str | None = None,
        row: str | None = None,
        answers: str | Mapping[str, str | None] | None = None,
        samples: int = 3,
    ) -> Audience:
        """Prepares the message for batches of recipients.

        Columns are read as `meniscus audience` reads CSV. Each profile field has a column; objects
        such as `custom_attributes` and `trigger_properties` are structs, maps, or JSON; all other
        columns are custom attributes.

        `now` is the time of sending. `base` is the recipient whose catalogs, promotions, and
        variables apply to all rows. `key` is the column with the customer's ID, if its name isn't
        one that Braze uses. `row` is a column with whole rows as JSON. `answers` names the columns
        with responses: one column for all calls, or endpoints by column (`None` for all calls).
        """
        return Audience(self, _options(now, base, key, row, answers, samples))

    def render_batch(
        self,
        batch: ArrowBatch,
        *,
        now: str | _datetime.datetime,
        base: str | None = None,
        key: str | None = None,
        row: str | None = None,
        answers: str | Mapping[str, str | None] | None = None,
    ) -> Batch:
        """Renders a batch of recipients; for several batches, use `audience`."""
        audience = self.audience(now=now, base=base, key=key, row=row, answers=answers)
        return audience.render_batch(batch)

    def __reduce__(self) -> tuple[Any, ...]:
        return Message._of_packed, (_packed(self._library), __version__, self.name)

    @classmethod
    def _of_packed(cls, packed: bytes, version: str, name: str) -> Message:
        return cls(_unpacked(packed, version), name)

    def lint(self) -> Sequence[Diagnostic]:
        """Lints the message."""
        return _diagnostics(_json.loads(self._library.lint(self.name))["diagnostics"])

    def __repr__(self) -> str:
        return f"<Message {self.name}>"


class Engine:
    """Compiles templates in Braze's dialect of Liquid, without files or API calls.

    `blocks` are content blocks by name. With `plain`, templates are plain Liquid, which prints
    errors.
    """

    __slots__ = ("_engine",)

    def __init__(self, *, blocks: Mapping[str, str] | None = None, plain: bool = False) -> None:
        self._engine = _meniscus.Engine(blocks=dict(blocks or {}), plain=plain)

    def compile(self, text: str, name: str = "template") -> Template:
        """Compiles a template; `Template.diagnostics` lists its problems."""
        return Template(self._engine.compile(text, name))


class Template:
    """A compiled template. It can be rendered many times, from any thread."""

    __slots__ = ("_template",)

    def __init__(self, template: _meniscus.Template) -> None:
        self._template = template

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """Problems found while parsing."""
        return _diagnostics(_json.loads(self._template.diagnostics())["diagnostics"])

    def render(
        self,
        recipient: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        variables: Mapping[str, Any] | None = None,
        now: str | _datetime.datetime | None = None,
        seed: int | None = None,
    ) -> Text:
        """Renders the template for a recipient, given as values by table: `{"user": {"first_name":
        "Anna"}, "custom_attribute": {"tier": "gold"}}`."""
        clock = now.isoformat() if isinstance(now, _datetime.datetime) else now
        text = self._template.render(
            None if recipient is None else dict(recipient),
            None if variables is None else dict(variables),
            clock,
            seed,
        )
        (part,) = _json.loads(text)["renders"]
        return Text(
            output=part["output"],
            aborted=_abort(part["aborted"]),
            blanks=_blanks(part),
            calls=_calls(part),
            diagnostics=_diagnostics(part["diagnostics"]),
        )


def lint(text: str, *, name: str = "template") -> Sequence[Diagnostic]:
    """Lints a single template. `Workspace.lint` also uses recipients, recordings, and content blocks."""
    return Workspace.of_texts({}).lint(text, name=name)


@_functools.lru_cache(maxsize=8)
def _packed(library: _meniscus.Library) -> bytes:
    """Returns a workspace's files as an archive; equal files give equal bytes."""
    packed = _io.BytesIO()
    with _zipfile.ZipFile(packed, "w", _zipfile.ZIP_DEFLATED) as archive:
        for path, content in library.files().items():
            archive.writestr(_zipfile.ZipInfo(path), content, _zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@_functools.lru_cache(maxsize=8)
def _unpacked(packed: bytes, version: str) -> _meniscus.Library:
    """Reads a workspace once per process."""
    if version != __version__:
        raise MeniscusError(
            f"the workspace was pickled by meniscus {version}, but this is {__version__}",
            "install the same version on every machine",
        )
    try:
        with _zipfile.ZipFile(_io.BytesIO(packed)) as archive:
            files = {path: archive.read(path) for path in archive.namelist()}
    except _zipfile.BadZipFile as error:
        raise MeniscusError("this isn't a pickled workspace", "pickle it again") from error
    return _meniscus.Library.of_files(files)


def _plain(value: object) -> object:
    if isinstance(value, (_datetime.datetime, _datetime.date)):
        return value.isoformat()
    if isinstance(value, _Decimal):
        return float(value)
    raise TypeError(f"can't convert a value of the type `{type(value).__name__}`")


def _place(place: Mapping[str, Any]) -> Place:
    start = place["span"]["start"]
    return Place(place["path"], start["line"], start["column"])


def _diagnostics(found: Sequence[Mapping[str, Any]]) -> list[Diagnostic]:
    return [
        Diagnostic(one["rule"], one["level"], one["message"], _place(one), one["help"], one["part"])
        for one in found
    ]


def _abort(abort: Mapping[str, Any] | None) -> Abort | None:
    if abort is None:
        return None
    at = abort["at"]
    return Abort(abort["type"], abort["reason"], None if at is None else _place(at))


def _blanks(part: Mapping[str, Any]) -> list[Blank]:
    return [
        Blank(
            part["part"],
            blank["expression"],
            blank["reason"]["message"],
            blank["reason"]["nearest"],
            _place(blank["at"]),
        )
        for blank in part["blanks"]
    ]


def _calls(part: Mapping[str, Any]) -> list[Call]:
    calls = []
    for call in part["calls"]:
        result = call["result"]
        calls.append(
            Call(
                part=call["part"],
                method=call["method"],
                url=call["url"],
                result=result["kind"],
                recording=result.get("recording"),
                status=result.get("status"),
                saved_as=call["saved_as"],
                problem=result.get("problem") or result.get("reason") or result.get("note"),
                at=_place(call["at"]),
            )
        )
    return calls


def _rendered(message: str, recipient: str | None, document: Mapping[str, Any]) -> Rendered:
    parts = document["renders"]
    aborts = [part["aborted"] for part in parts if part["aborted"] is not None]
    extras: dict[str, str] = {}
    for part in parts:
        extras.update(part["message_extras"])
    return Rendered(
        message=message,
        recipient=recipient or "",
        parts={part["part"]: part["output"] for part in parts},
        aborted=_abort(aborts[0]) if aborts else None,
        blanks=[blank for part in parts for blank in _blanks(part)],
        calls=[call for part in parts for call in _calls(part)],
        diagnostics=[found for part in parts for found in _diagnostics(part["diagnostics"])],
        message_extras=extras,
    )
