"""Invented recipients as the tables that docs/reference/engines.md reads, beside the example workspace."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import meniscus

ROOT = Path(os.environ["MENISCUS_ROOT"])
ROWS = int(os.environ.get("MENISCUS_ROWS", "20000"))
NOW = "2026-03-01T09:00:00Z"


def without_samples(numbers):
    """What a tally counts, without rows as examples, whose names differ."""
    if isinstance(numbers, dict):
        dropped = ("samples", "sample", "at", "hash")
        return {key: without_samples(value) for key, value in numbers.items() if key not in dropped}
    return numbers


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A folder with a workspace and `users.parquet`, `wallets.parquet`, `recipients.parquet`."""
    folder = tmp_path_factory.mktemp("engines")
    for name in ("templates", "content_blocks", "scenarios", "recordings", "meniscus.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    generate = ROOT / "benches/audience/generate.py"
    subprocess.run([sys.executable, generate, str(ROWS), folder], check=True, capture_output=True)
    users = pyarrow.csv.read_csv(folder / "users.csv")
    pq.write_table(users, folder / "users.parquet")
    rows = [json.loads(line) for line in (folder / "wallets.ndjson").read_text().splitlines()]
    response = [json.dumps(row["response"]) for row in rows]
    wallets = pa.table({"user_id": [row["user_id"] for row in rows], "response": response})
    pq.write_table(wallets, folder / "wallets.parquet")
    joined = users.join(wallets, "user_id", join_type="left outer").combine_chunks()
    pq.write_table(joined, folder / "recipients.parquet")
    return folder


@pytest.fixture(scope="session")
def counted(workspace):
    """What the program counts of the same recipients."""
    program = Path(sys.executable).with_name("meniscus")
    arguments = ["--users", "users.csv", "--answers", "wallets.ndjson", "--now", NOW, "--report", "json"]
    run = subprocess.run(
        [program, "audience", "templates/offer_wallet", *arguments],
        check=True, capture_output=True, text=True, cwd=workspace,
    )
    return meniscus.Tally.read(run.stdout)
