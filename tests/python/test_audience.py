"""Batches of Arrow through the installed wheel: `tests/tools/wheel.sh`."""

import datetime
import decimal
import json
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

import meniscus

ROOT = Path(os.environ["MENISCUS_ROOT"])
NOW = "2026-03-01T09:00:00Z"
HI = "{{${first_name}}}|{{${user_id}}}|{{custom_attribute.${x}}}"


def audience(text=HI, extra=None, **options):
    files = {"templates/hi/message.toml": 'channel = "sms"', "templates/hi/body.liquid": text}
    workspace = meniscus.Workspace.of_texts({**files, **(extra or {})})
    return workspace.message("hi").audience(**{"now": NOW, **options})


def rendered(audience, table):
    batches = [pa.record_batch(batch) for batch in audience.render_batches(table)]
    return pa.Table.from_batches(batches).to_pylist()


def body(audience, **columns):
    (row,) = rendered(audience, pa.table(columns))
    assert row["error"] is None, row["error"]
    return row["body"]


def without_samples(numbers):
    """What a tally counts, without rows as examples, whose names differ."""
    if isinstance(numbers, dict):
        dropped = ("samples", "sample", "at", "hash")
        return {key: without_samples(value) for key, value in numbers.items() if key not in dropped}
    return numbers


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """20,000 invented recipients, what the program counts of them, and the same as a table."""
    folder = tmp_path_factory.mktemp("audience")
    generate = ROOT / "benches/audience/generate.py"
    subprocess.run([sys.executable, generate, "20000", folder], check=True, capture_output=True)
    program = Path(sys.executable).with_name("meniscus")
    arguments = ["--answers", folder / "wallets.ndjson", "--now", NOW, "--report", "json"]
    users = ["--users", folder / "users.ndjson"]
    counted = subprocess.run(
        [program, "audience", ROOT / "templates/offer_wallet", *users, *arguments],
        check=True, capture_output=True, text=True, cwd=ROOT,
    )
    wallets = [json.loads(line) for line in (folder / "wallets.ndjson").read_text().splitlines()]
    wallets = {row["user_id"]: row for row in wallets}
    lines = [line for line in (folder / "users.ndjson").read_text().split("\n") if line.strip()]

    def wallet(line):
        try:
            return wallets.get(json.loads(line)["external_id"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    found = [wallet(line) for line in lines]
    table = pa.table({
        "value": lines,
        "wallet": [None if row is None else json.dumps(row["response"]) for row in found],
        "wallet_status": [None if row is None else row.get("status", 200) for row in found],
    })
    return meniscus.Tally.read(counted.stdout), table


def test_counts_are_those_of_the_program(invented):
    counted, table = invented
    wallet = meniscus.Workspace(ROOT).message("offer_wallet")
    prepared = wallet.audience(now=NOW, row="value", answers="wallet")
    one = prepared.tally(table.to_batches(max_chunksize=999))
    assert without_samples(one.numbers) == without_samples(counted.numbers)
    assert one == prepared.tally(table.to_batches(max_chunksize=777), threads=4)
    assert (one.rows, one.sent, sum(one.row_errors.values())) == (20_004, 19_880, 4)
    rows = rendered(prepared, table)
    assert len(rows) == table.num_rows
    assert sum(row["sent"] for row in rows) == one.sent
    assert sum(row["error"] is not None for row in rows) == 4
    assert {row["aborted"] for row in rows if row["aborted"]} == set(one.aborts)
    # Another process on another machine has the same files.
    again = pickle.loads(pickle.dumps(prepared))
    assert again.tally(table) == one
    parts = [prepared.tally(table.slice(start, 7_000), name=f"part-{start}") for start in (0, 7_000, 14_000)]
    assert without_samples(meniscus.merge(parts).numbers) == without_samples(one.numbers)
    assert meniscus.Tally.read(one.json()) == one == pickle.loads(pickle.dumps(one))


def test_columns_are_read_by_their_kind():
    first = {"user_id": ["007"], "first_name": ["Anna"]}
    of = lambda x, text=HI: body(audience(text), **first, x=x).split("|")[-1]
    assert body(audience(), **first) == "Anna|007|"
    assert of(pa.array([7], pa.int8())) == "7"
    assert of(pa.array([2**64 - 1], pa.uint64())) == str(2**64 - 1)
    assert of(pa.array([0.5], pa.float32())) == "0.5"
    assert of([decimal.Decimal("1234.50")]) == "1234.5"
    assert of([True]) == "true"
    assert of(pa.array(["q"]).dictionary_encode()) == "q"
    assert of(pa.array(["q"], pa.large_string())) == "q"
    assert of(pa.array(["q"], pa.string_view())) == "q"
    assert of(pa.array([b"q"], pa.binary())) == "q"
    assert of([datetime.date(2026, 3, 1)]) == "2026-03-01"
    item = "{{custom_attribute.${x}[1].a}}"
    assert of([[{"a": 1, "b": None}, {"a": 2, "b": None}]], item) == "2"
    hour = '{{custom_attribute.${x} | date: "%H:%M"}}'
    noon = datetime.datetime(2026, 3, 1, 12, 30)
    assert of([noon], hour) == "12:30"
    manila = pa.array([noon.replace(tzinfo=datetime.timezone.utc)], pa.timestamp("us", "Asia/Manila"))
    assert of(manila, '{{custom_attribute.${x} | date: "%H:%M %z"}}') in ("20:30 +0800", "12:30 +0000")


def test_tables_are_structs_maps_or_json():
    trigger = audience("{{api_trigger_properties.${a}}} {{api_trigger_properties.${b}.c}}")
    assert body(trigger, trigger_properties=[{"a": 1, "b": {"c": "x"}}]) == "1 x"
    assert body(trigger, trigger_properties=['{"a": 1, "b": {"c": "x"}}']) == "1 x"
    kind = pa.map_(pa.string(), pa.string())
    assert body(trigger, trigger_properties=pa.array([[("a", "1")]], kind)) == "1 "
    (row,) = rendered(trigger, pa.table({"user_id": ["1"], "trigger_properties": ["{"]}))
    assert row["error"] == "its `trigger_properties` isn't a JSON object"
    assert row["body"] is None and row["sent"] is False


def test_a_poisoned_row_costs_itself_alone():
    rows = ['{"user_id":"1"', None, "[" * 100_000, "[1]", "7", "", '{"user_id":"ok"}', "\u0000"]
    found = rendered(audience(row="value"), pa.table({"value": rows}))
    assert [row["sent"] for row in found] == [False] * 6 + [True, False]
    assert all((row["error"] is None) == row["sent"] for row in found)
    numbers = pa.table({"user_id": ["1", "2"], "x": [float("nan"), 1.5]})
    bad, good = rendered(audience(), numbers)
    assert bad["error"] == "its `x` is NaN, which JSON can't express" and good["body"] == "|2|1.5"
    tally = audience().tally(numbers)
    assert (tally.rows, tally.sent, tally.row_errors) == (2, 1, {bad["error"]: 1})


def test_bytes_that_are_no_text_cost_their_row():
    """Other programs check strings less; a process must not end for it."""
    buffers = pa.array(["ok", "zz"]).buffers()[:2] + [pa.py_buffer(b"ok\xff\xfe")]
    broken = pa.Array.from_buffers(pa.string(), 2, buffers)
    good, bad = rendered(audience(), pa.record_batch({"user_id": ["1", "2"], "x": broken}))
    assert good["body"] == "|1|ok" and bad["error"] == "its `x` isn't UTF-8"
    late = pa.array([-(2**63)], pa.duration("s"))
    (row,) = rendered(audience(), pa.record_batch({"user_id": ["1"], "x": late}))
    assert row["error"] == "its `x` is out of range" and not row["sent"]


def test_ids_are_whole_numbers_or_strings():
    for ids in ([7.0], [decimal.Decimal("7")], pa.array([7], pa.uint64()), ["7"]):
        assert body(audience(key="id"), id=ids).startswith("|"), ids
    big = pa.array([2**64 - 1], pa.uint64())
    assert rendered(audience(key="id"), pa.table({"id": big}))[0]["id"] == str(2**64 - 1)


def test_a_forked_process_reads_a_workspace():
    workspace = meniscus.Workspace(ROOT)
    packed = pickle.dumps(workspace.message("offer_wallet"))
    assert workspace.lint("{{ a | nope }}")
    child = os.fork()
    if child == 0:
        is_read = pickle.loads(packed).recipients and workspace.lint("{{ a | nope }}")
        os._exit(0 if is_read else 1)
    for _ in range(300):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            assert status == 0
            return
        time.sleep(0.1)
    os.kill(child, 9)
    pytest.fail("the child waits for ever")


def test_failures_can_be_sent_between_processes():
    error = meniscus.MeniscusError("what", "help")
    assert pickle.loads(pickle.dumps(error)).args == ("what", "help")
    with pytest.raises(meniscus.MeniscusError, match="isn't a pickled workspace"):
        meniscus.Workspace._of_packed(b"garbage", meniscus.__version__)


def test_responses_are_columns():
    text = "{% connected_content https://api.sessionm.example/a :save w %}{{w.p}}{{w.__http_status_code__}}"
    table = pa.table({
        "user_id": ["1", "2", "3", "4"],
        "r": ['{"p": 5}', '{"p": 6}', None, "{"],
        "r_status": pa.array([None, 503, None, None], pa.int32()),
    })
    prepared = audience(text, answers="r")
    found = rendered(prepared, table)
    assert found[0]["body"] == "5200" and not found[2]["error"]
    tally = prepared.tally(table)
    assert tally.unanswered == 1 and tally.rows == 4
    # As other programs write the same: categories, nothing at all, statuses that were joined.
    same = pa.table({"user_id": table["user_id"], "r": table["r"].dictionary_encode(), "r_status": pa.array([None, 503.0, None, None])})
    assert without_samples(prepared.tally(same).numbers) == without_samples(tally.numbers)
    nothing = pa.table({"user_id": ["1"], "r": pa.nulls(1), "r_status": pa.nulls(1)})
    assert prepared.tally(nothing).unanswered == 1
    odd = pa.table({"user_id": ["1", "2"], "r": ["{}", "{}"], "r_status": ["oops", "200"]})
    assert [row["error"] is None for row in rendered(prepared, odd)] == [False, True]
    structs = pa.table({"user_id": ["1"], "r": [{"p": 5}]})
    assert rendered(prepared, structs)[0]["body"] == "5200"


def test_blanks_and_aborts_have_their_places():
    text = "{% if ${first_name} == 'Bo' %}{% abort_message('not Bo') %}{% endif %}{{${first_name}}}"
    table = pa.table({"user_id": ["1", "2", "3"], "first_name": ["Anna", "Bo", None]})
    anna, bo, nobody = rendered(audience(text), table)
    assert anna["blanks"] == [] and anna["sent"]
    assert bo["aborted"].startswith("templates/hi/body.liquid:1:31 ") and "not Bo" in bo["aborted"]
    assert nobody["blanks"] == ["templates/hi/body.liquid:1:71 {{${first_name}}}: not in the row"]
    tally = audience(text).tally(table)
    assert tally.blanks == {nobody["blanks"][0]: 1} and tally.aborts == {bo["aborted"]: 1}
    assert repr(tally) == "<Tally of 3 rows: 2 sent, 1 with a blank, 1 not sent, 0 with errors>"


def test_results_are_split_by_their_size():
    table = pa.table({"user_id": [str(n) for n in range(10)], "first_name": ["a" * 9_000_000] * 10})
    # The limits of a text message don't matter here.
    batches = list(audience("{{${first_name}}}").render_batches(table))
    assert len(batches) == 3 and sum(map(len, batches)) == 10
    with pytest.raises(meniscus.MeniscusError, match="the first 4 of 10 rows already have 32 MB"):
        audience("{{${first_name}}}").render_batch(table.combine_chunks().to_batches()[0])


def test_what_is_wrong_with_the_question_is_said():
    table = pa.table({"user_id": ["1"]})
    with pytest.raises(meniscus.MeniscusError, match="no column `wallet`; the columns are `user_id`"):
        rendered(audience(answers="wallet"), table)
    with pytest.raises(meniscus.MeniscusError, match="no column `id`"):
        audience(key="id").tally(table)
    with pytest.raises(meniscus.MeniscusError, match="no endpoint `wallet`"):
        audience(answers={"wallet": "wallet"})
    with pytest.raises(meniscus.MeniscusError, match="no recipient `bo`"):
        audience(base="bo")
    with pytest.raises(meniscus.MeniscusError):
        audience(now="tomorrow")
    union = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])
    with pytest.raises(meniscus.MeniscusError, match="the column `u` has the type"):
        rendered(audience(), pa.table({"user_id": ["1"], "u": union}))
    with pytest.raises(meniscus.MeniscusError, match="the same name as another column"):
        audience(extra={"templates/hi/error.liquid": "x"})
    with pytest.raises(meniscus.MeniscusError, match="it has a different message"):
        other = meniscus.Workspace(ROOT).message("offer_triggered").audience(now=NOW)
        meniscus.merge([audience().tally(table), other.tally([])])
    with pytest.raises(ValueError):
        meniscus.merge([])
    with pytest.raises(TypeError, match="expected a tally"):
        meniscus.merge([audience().tally(table), 5])
    with pytest.raises(TypeError, match="`answers`"):
        audience(answers=["r"])
    with pytest.raises(TypeError, match="`now`"):
        audience(now=None)
    noon = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.timezone.utc)
    assert (audience(now=noon).tally(table) + audience().tally(table)).rows == 2
    many = pa.table({"user_id": [str(n) for n in range(50)]})
    assert len((audience(samples=9).tally(many) + audience(samples=9).tally(many, name="b")).numbers["samples"]) == 9
    assert audience().tally(many, threads=-1).rows == 50
    with pytest.raises(meniscus.MeniscusError, match="takes one batch, not 2"):
        audience().render_batch(pa.concat_tables([table, table]))
    deep = pa.int8()
    for _ in range(300):
        deep = pa.list_(deep)
    with pytest.raises(meniscus.MeniscusError, match="which can"):
        rendered(audience(), pa.table({"user_id": ["1"], "x": pa.nulls(1, deep)}))
    variant = pa.table({"user_id": ["1"], "custom_attributes": [{"metadata": b"", "value": b""}]})
    with pytest.raises(meniscus.MeniscusError, match="VARIANT|which can"):
        rendered(audience(), variant)
    with pytest.raises(meniscus.MeniscusError, match="isn't a tally"):
        meniscus.Tally.read("{}")


def test_other_dataframes_are_read_and_made():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"user_id": ["1", "2"], "first_name": ["Anna", None]})
    (batch,) = audience().render_batches(frame)
    assert polars.DataFrame(batch)["body"].to_list() == ["Anna|1|", "|2|"]
    assert audience().tally(frame).with_blanks == 2
