"""The example of docs/reference/engines.md in PySpark or, with `MENISCUS_SPARK=sail`, in Sail; a worker that is
killed."""

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import NOW, without_samples
from test_recipes import PREPARED, RECIPES

import meniscus
from meniscus.spark import audit, render

pytest.importorskip("pyspark")
os.environ["PYSPARK_PYTHON"] = sys.executable


# One process can't have both.
IS_SAIL = os.environ.get("MENISCUS_SPARK") == "sail"


@pytest.fixture(scope="module")
def spark(workspace):
    from pyspark.sql import SparkSession

    os.chdir(workspace)  # where Java begins

    if IS_SAIL:
        sail = pytest.importorskip("pysail.spark")
        server = sail.SparkConnectServer()
        server.start(background=True)
        session = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
        yield session
        session.stop()
        server.stop()
        return
    if shutil.which("java") is None:
        pytest.skip("there is no Java here")
    builder = SparkSession.builder.master("local[2,4]")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "4",
        "spark.python.worker.reuse": "false",  # so that every worker is at work
        "spark.sql.execution.arrow.maxRecordsPerBatch": "500",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def example(spark):
    """The names that the example makes."""
    names = {"spark": spark}
    exec(compile(PREPARED, "docs/reference/engines.md", "exec"), names)
    exec(compile(RECIPES["Spark"], "docs/reference/engines.md, Spark", "exec"), names)
    return names


def test_counts_are_those_of_the_program(example, counted):
    assert without_samples(example["tally"].numbers) == without_samples(counted.numbers)
    rendered = example["rendered"]
    assert rendered.columns[:5] == ["id", "sent", "aborted", "blanks", "error"]
    by_reason = {row["aborted"]: row["count"] for row in rendered.groupBy("aborted").count().collect()}
    assert by_reason == {None: counted.sent, **counted.aborts}
    assert rendered.where("sent").select("subject").distinct().count() > 1


def test_several_responses_are_one_recipient(example):
    recipients, wallets = example["recipients"].limit(50), example["wallets"]
    twice = wallets.union(wallets)
    of = lambda answers: audit(recipients, example["message"], now=NOW, answers=answers, key="user_id")
    assert of(twice).rows == 50
    assert without_samples(of(twice).numbers) == without_samples(of(wallets).numbers)


def test_other_columns_and_no_rows(spark):
    files = {"templates/hi/message.toml": 'channel = "sms"', "templates/hi/body.liquid": "{{${user_id}}}"}
    message = meniscus.Workspace.of_texts(files).message("hi")
    rows = spark.createDataFrame([("1", 2.5), ("2", None)], "user_id string, x double")
    found = render(rows, message, now=NOW).collect()
    assert sorted(row["body"] for row in found) == ["1", "2"]
    tally = audit(rows.where("user_id = '3'"), message, now=NOW)
    assert (tally.rows, tally.sent) == (0, 0)
    with pytest.raises(ValueError, match="`key`"):
        audit(rows, message, now=NOW, answers=rows)


@pytest.mark.skipif(IS_SAIL, reason="Sail runs functions in its own process")
def test_a_worker_that_is_killed_costs_no_row(example, counted):
    killed = []

    def kill():
        """Kills the first worker that is at work."""
        deadline = time.time() + 60
        while not killed and time.time() < deadline:
            for process in workers():
                time.sleep(0.3)
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed.append(time.time())
                break
            time.sleep(0.02)

    killer = threading.Thread(target=kill)
    killer.start()
    recipients = example["recipients"].repartition(4)
    tally = audit(recipients, example["message"], now=NOW, answers=example["wallets"], key="user_id")
    finished = time.time()
    killer.join()
    assert killed and killed[0] < finished, "no worker was at work"
    assert without_samples(tally.numbers) == without_samples(counted.numbers)


def workers():
    """Children of Spark's daemons, which run Python functions."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            parents[int(entry.name)] = (int(status.rsplit(")", 1)[1].split()[1]), command)
    daemons = {pid for pid, (_, command) in parents.items() if b"pyspark.daemon" in command}
    return [pid for pid, (parent, _) in parents.items() if parent in daemons]
