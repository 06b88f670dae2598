"""The lines of `docs/cluster.md` for engines that the other tests do not use."""

from __future__ import annotations

import importlib
from typing import Any

import pyarrow as pa
from conftest import LOGS, ROOT

import imerr

CODE = "imsdk code: 6206"
DOCUMENT = ROOT / "docs" / "cluster.md"


def line_for(engine: str) -> str:
    """The code in the row of the table that names `engine`."""
    for row in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if row.startswith(f"| {engine} | `"):
            return row.split("`")[1]
    raise AssertionError(f"{DOCUMENT} has no line for {engine}")


def test_dask_reads_files() -> None:
    importlib.import_module("dask.bag")
    dask: Any = importlib.import_module("dask")
    names = {"dask": dask, "imerr": imerr, "paths": [str(path) for path in LOGS]}
    tables = eval(line_for("Dask"), names).compute(scheduler="synchronous")
    assert pa.concat_tables(tables).equals(imerr.find_file(LOGS).to_arrow())


def test_daft_annotates_a_column() -> None:
    daft: Any = importlib.import_module("daft")
    frame = daft.from_pydict({"line": [CODE, None, "x"]})
    annotate = eval(line_for("Daft"), {"daft": daft, "imerr": imerr})
    annotated = frame.with_column("line", annotate(frame["line"])).to_pydict()
    assert annotated == {"line": imerr.annotate([CODE, None, "x"])}


def test_ray_finds_codes() -> None:
    ray: Any = importlib.import_module("ray")
    dataset = importlib.import_module("ray.data").from_items([{"line": CODE}, {"line": "x"}])
    try:
        found = eval(line_for("Ray"), {"imerr": imerr, "ds": dataset}).take_all()
    finally:
        ray.shutdown()
    assert [row["code"] for row in found] == [6206]
