"""Renders a message for a whole audience in Arrow batches, and counts the results.

>>> import meniscus
>>> workspace = meniscus.Workspace.of_texts({
...     "templates/hi/message.toml": 'channel = "sms"',
...     "templates/hi/body.liquid": "Hi {{${first_name}}}",
... })
>>> message = workspace.message("hi")
>>> isinstance(message.audience(now="2026-03-01T09:00:00Z"), Audience)
True
"""

from __future__ import annotations

import datetime as _datetime
import functools as _functools
import json as _json
from collections import deque as _deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor as _ThreadPoolExecutor
from typing import Any, Protocol

from . import _meniscus
from ._meniscus import Batch

__all__ = ["Audience", "Batch", "Tally", "merge"]


class ArrowBatch(Protocol):
    """A batch with Arrow's C interface, such as `pyarrow.RecordBatch`."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...


class ArrowStream(Protocol):
    """A table or a reader with Arrow's C interface, such as `polars.DataFrame`."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


ArrowData = ArrowBatch | ArrowStream | Iterable[ArrowBatch]


class Audience:
    """A message that is ready to render for rows. `Message.audience` creates it. It can be used from
    many threads, and can be pickled."""

    __slots__ = ("_audience", "_made")

    def __init__(self, message: Any, options: Mapping[str, Any]) -> None:
        self._made = (message, dict(options))
        self._audience: _meniscus.Audience = message._library.audience(message.name, **options)

    def __reduce__(self) -> tuple[Any, ...]:
        return Audience, self._made

    def render_batch(self, batch: ArrowBatch) -> Batch:
        """Renders a batch. Returns one row per input row, with the columns `id`, `sent`, `aborted`,
        `blanks`, and `error`, and a column for each part, null if the message isn't sent.

        Raises `MeniscusError` if a column is missing, or if the result is too large for one Arrow
        batch; `render_batches` splits it.
        """
        batches = list(_meniscus.Batches(batch))
        if len(batches) != 1:
            message = f"`render_batch` takes one batch, not {len(batches)}"
            raise _meniscus.MeniscusError(message, "use `render_batches` for several batches")
        (whole,) = batches
        rendered, end = self._audience.render(whole, 0)
        if end == len(whole):
            return rendered
        message = f"the first {end} of {len(whole)} rows already have {_SPLIT}"
        raise _meniscus.MeniscusError(message, "use `render_batches`, which splits the result")

    def render_batches(self, data: ArrowData) -> Iterator[Batch]:
        """Renders batches one by one. Yields batches of at most about 32 MB."""
        for batch in _batches(data):
            start = 0
            while start < len(batch):
                rendered, start = self._audience.render(batch, start)
                yield rendered

    def tally(self, data: ArrowData, *, name: str = "rows", threads: int = 1) -> Tally:
        """Counts what recipients get. Samples are named `name:NUMBER`, from 1."""
        first, threads = 1, max(1, threads)
        sum: _meniscus.Tally = self._audience.empty()
        waiting: _deque[Any] = _deque()
        with _ThreadPoolExecutor(threads) as pool:
            for batch in _batches(data):
                if len(waiting) > 2 * threads:
                    sum.merge(waiting.popleft().result())
                waiting.append(pool.submit(self._audience.tally, batch, name, first))
                first += len(batch)
            while waiting:
                sum.merge(waiting.popleft().result())
        return Tally(sum)

    @property
    def schema(self) -> Batch:
        """The columns of a rendered batch, as a batch without rows."""
        return self._audience.schema()

    def __repr__(self) -> str:
        message, options = self._made
        return f"<Audience of {message.name}, now {options['now']}>"


class Tally:
    """Counts for an audience, as in `meniscus audience`. Tallies can be added."""

    __slots__ = ("_tally", "__dict__")

    def __init__(self, tally: _meniscus.Tally) -> None:
        self._tally = tally

    @classmethod
    def read(cls, text: str, samples: int = 3) -> Tally:
        """Reads the JSON of `json` or of `meniscus audience --report json`. `samples` is the largest
        number of rows that sums with it keep as examples."""
        return cls(_meniscus.Tally.read(text, samples))

    def json(self) -> str:
        """Returns a JSON document that `meniscus audience --merge` can read."""
        return self._tally.json()

    def __reduce__(self) -> tuple[Any, ...]:
        return Tally.read, (self.json(), self._tally.samples)

    @_functools.cached_property
    def numbers(self) -> Mapping[str, Any]:
        """The JSON document as a dictionary."""
        return _json.loads(self.json())  # type: ignore[no-any-return]

    @property
    def rows(self) -> int:
        """The number of rows, without excluded ones."""
        return int(self.numbers["rows"])

    @property
    def sent(self) -> int:
        """Recipients who get the message."""
        return int(self.numbers["sent"])

    @property
    def with_blanks(self) -> int:
        """Recipients who get the message with at least one blank."""
        return int(self.numbers["with_blanks"])

    @property
    def unanswered(self) -> int:
        """Recipients with an unanswered call."""
        return int(self.numbers["unanswered"])

    @property
    def aborts(self) -> Mapping[str, int]:
        """Recipients who don't get the message, by place and reason."""
        return self._by_place("aborts")

    @property
    def blanks(self) -> Mapping[str, int]:
        """Recipients who see a blank, by expression."""
        return self._by_place("blanks")

    @property
    def branches(self) -> Mapping[str, int]:
        """Recipients by branch of the templates."""
        return self._by_place("branches")

    @property
    def row_errors(self) -> Mapping[str, int]:
        """Rows that can't be used, by reason."""
        return self._by_place("row_errors")

    def _by_place(self, what: str) -> dict[str, int]:
        return {place: counted["rows"] for place, counted in self.numbers[what].items()}

    def __add__(self, other: Tally) -> Tally:
        return merge([self, other])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.numbers == other.numbers

    def __hash__(self) -> int:
        return hash(self.json())

    def __repr__(self) -> str:
        return (
            f"<Tally of {self.rows:,} rows: {self.sent:,} sent, {self.with_blanks:,} with a blank, "
            f"{sum(self.aborts.values()):,} not sent, {sum(self.row_errors.values()):,} with errors>"
        )


def merge(tallies: Iterable[Tally]) -> Tally:
    """Adds tallies of parts of an audience, in any order.

    Raises `MeniscusError` if they differ in message, workspace state, or clock, and `ValueError` if
    there are no tallies.
    """
    all = list(tallies)
    if not all:
        raise ValueError("there are no tallies to merge")
    for tally in all:
        if not isinstance(tally, Tally):
            raise TypeError(f"expected a tally, not a value of the type `{type(tally).__name__}`")
    samples = max(tally._tally.samples for tally in all)
    sum = _meniscus.Tally.read(all[0].json(), samples)
    for tally in all[1:]:
        sum.merge(tally._tally)
    return Tally(sum)


_SPLIT = "32 MB of text, the limit for one batch"


def _batches(data: Any) -> Iterator[Batch]:
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        yield from _meniscus.Batches(data)
    else:
        for batch in data:
            yield from _meniscus.Batches(batch)


def _options(
    now: str | _datetime.datetime,
    base: str | None,
    key: str | None,
    row: str | None,
    answers: str | Mapping[str, str | None] | None,
    samples: int,
) -> dict[str, Any]:
    if isinstance(answers, str):
        columns: dict[str, str | None] = {answers: None}
    elif answers is None or isinstance(answers, Mapping):
        columns = dict(answers or {})
    else:
        raise TypeError("`answers` must be the name of a column, or endpoints by column")
    if samples < 0:
        raise ValueError("`samples` must be at least 0")
    return {
        "now": _clock(now),
        "base": base,
        "key": key,
        "row": row,
        "answers": columns,
        "samples": samples,
    }


def _clock(now: str | _datetime.datetime) -> str:
    """Returns the same string for the same time, because only such tallies can be added."""
    if isinstance(now, _datetime.datetime):
        if now.tzinfo is None:
            now = now.replace(tzinfo=_datetime.timezone.utc)
        return now.astimezone(_datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(now, str):
        return now
    raise TypeError("`now` must be a string or a `datetime`")
