"""Renders a message for the rows of a Spark DataFrame: PySpark, Databricks, Fabric, EMR, and Sail.

The function that Spark sends to its workers contains the workspace. The workers need the same
version of meniscus. Nothing else is sent, and no host is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import Audience, Message, Tally, merge

if TYPE_CHECKING:
    import datetime

    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["audit", "render"]

#: Columns of responses that are joined to recipients.
_RESPONSE = "meniscus_response"


def render(
    df: DataFrame,
    message: Message,
    *,
    now: str | datetime.datetime,
    answers: DataFrame | Mapping[str, DataFrame] | None = None,
    key: str | None = None,
    base: str | None = None,
    row: str | None = None,
) -> DataFrame:
    """Renders a message for each row: `id`, `sent`, `aborted`, `blanks`, `error`, and the parts.

    `answers` is one DataFrame for all calls, or DataFrames by endpoint. Its columns are `key`,
    `response` (JSON or a struct), and optionally `status`. `key` names the column with the
    customer's ID in all DataFrames; responses need it. For the other options, see
    `Message.audience`.
    """
    joined, columns = _joined(df, answers, key)
    audience = message.audience(now=now, base=base, key=_own(key, row), row=row, answers=columns)

    def rendered(batches: Iterable[pyarrow.RecordBatch]) -> Iterable[pyarrow.RecordBatch]:
        import pyarrow

        for batch in audience.render_batches(batches):
            yield pyarrow.record_batch(batch)

    return joined.mapInArrow(rendered, _ddl(audience))


def audit(
    df: DataFrame,
    message: Message,
    *,
    now: str | datetime.datetime,
    answers: DataFrame | Mapping[str, DataFrame] | None = None,
    key: str | None = None,
    base: str | None = None,
    row: str | None = None,
    samples: int = 3,
) -> Tally:
    """Counts what recipients get, as `meniscus audience` does. The options are those of `render`.

    Samples are named `partition-N:NUMBER`, where the number is the row in the partition after the
    join.
    """
    joined, columns = _joined(df, answers, key)
    audience = message.audience(
        now=now, base=base, key=_own(key, row), row=row, answers=columns, samples=samples
    )

    def counted(batches: Iterable[pyarrow.RecordBatch]) -> Iterable[pyarrow.RecordBatch]:
        import pyarrow

        tally = audience.tally(batches, name=f"partition-{_partition()}")
        yield pyarrow.record_batch({"tally": [tally.json()]})

    found = joined.mapInArrow(counted, "tally string").collect()
    return merge([audience.tally([]), *(Tally.read(one["tally"], samples) for one in found)])


def _own(key: str | None, row: str | None) -> str | None:
    """Returns the field with the id: whole rows have it in their JSON, where Braze's names count."""
    return key if row is None else None


def _partition() -> int:
    from pyspark import TaskContext

    context = TaskContext.get()
    return 0 if context is None else context.partitionId()


def _joined(
    df: DataFrame, answers: DataFrame | Mapping[str, DataFrame] | None, key: str | None
) -> tuple[DataFrame, dict[str, str | None]]:
    """Joins responses to recipients. Returns the columns that they are in, with their endpoints."""
    if answers is None:
        return df, {}
    if key is None:
        raise ValueError("responses need `key`, the column with the customer's ID")
    from pyspark.sql import functions as f

    tables = dict(answers) if isinstance(answers, Mapping) else {None: answers}
    columns: dict[str, str | None] = {}
    for number, (endpoint, table) in enumerate(tables.items()):
        column = f"{_RESPONSE}_{number}"
        # Spark's names don't depend on case.
        names = {name.lower(): name for name in table.columns}
        if "response" not in names:
            raise ValueError("the responses need a column `response`")
        kind = table.schema[names["response"]].dataType.typeName()
        body = f.col("response") if kind == "string" else f.to_json("response")
        # A bad status is reported for its row; a cast would end the whole job.
        status = f.col("status").cast("string") if "status" in names else f.lit("200")
        found = table.select(
            f.col(key).cast("string").alias(f"{column}_key"),
            f.struct(body.alias("body"), status.alias("status")).alias("found"),
        )
        # A customer with two rows must not become two recipients.
        found = found.groupBy(f"{column}_key").agg(f.max("found").alias("found"))
        found = found.select(
            f"{column}_key",
            f.col("found.body").alias(column),
            f.col("found.status").alias(f"{column}_status"),
        )
        same = df[key].cast("string") == found[f"{column}_key"]
        df = df.join(found, same, "left").drop(f"{column}_key")
        columns[column] = endpoint
    return df, columns


def _ddl(audience: Audience) -> str:
    """Returns the columns of rendered rows as Spark's DDL."""
    import pyarrow

    kinds = {pyarrow.bool_(): "boolean", pyarrow.list_(pyarrow.string()): "array<string>"}
    fields = pyarrow.record_batch(audience.schema).schema
    return ", ".join(
        f"`{field.name.replace('`', '``')}` {kinds.get(field.type, 'string')}" for field in fields
    )
