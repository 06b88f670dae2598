"""Annotated lines are those of the program, in each kind of container."""

from __future__ import annotations

import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import LOGS, Program

import imerr
import imerr.pandas

CODE = "imsdk code: 6206"
LINE = imerr.annotate(CODE)
TYPES = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.binary(),
    pa.large_binary(),
    pa.binary_view(),
]
# For calls that a type checker refuses.
ANNOTATE: Any = imerr.annotate
FORMATS = ["auto", "append", "inline", "json", "logfmt"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_log_is_annotated_as_by_the_program(log: Path, format: str, program: Program) -> None:
    data = log.read_bytes()
    wanted = program.run("--encoding", "none", "--format", format, log)
    assert imerr.annotate(data, format=format) == wanted
    lines = data.split(b"\n")
    assert b"\n".join(imerr.annotate(lines, format=format)) == wanted
    array = imerr.annotate(pa.array(lines, pa.binary()), format=format)
    assert b"\n".join(array.to_pylist()) == wanted


def test_a_block_below_a_line_is_part_of_its_value(program: Program) -> None:
    text = f"start\n{CODE}\n"
    wanted = program.run("--format", "below", stdin=text.encode()).decode()
    assert imerr.annotate(text, format="below") == wanted
    assert "\n".join(imerr.annotate(text.split("\n"), format="below")) == wanted


@pytest.mark.parametrize(
    "options",
    [
        {"lang": "zh"},
        {"min_confidence": "low"},
        {"unknown": True},
        {"severity": "error", "system": "!web"},
        {"severity": "=warning"},
        {"code": [6206, "70001-70020", "ERR_SVR_GROUP_NOT_FOUND"]},
        {"code": "!6206"},
        {"code": "-10113..-10000"},
        {"kind": ["auth", "rate-limit"], "assume_im": True},
        {"category": "server/group", "retry": "!never"},
        {"prefer_system": "web"},
        {"also": "rongcloud"},
        {"json_key": "why"},
    ],
    ids=str,
)
def test_options_are_those_of_the_program(options: dict[str, Any], program: Program) -> None:
    arguments: list[str] = []
    for name, value in options.items():
        if value is True:
            arguments.append("--" + name.replace("_", "-"))
            continue
        words = value if isinstance(value, list) else [value]
        arguments.append(f"--{name.replace('_', '-')}={','.join(map(str, words))}")
    for log in LOGS:
        wanted = program.run("--encoding", "none", *arguments, log)
        assert imerr.annotate(log.read_bytes(), **options) == wanted, log


def test_codes_are_selected_by_their_status() -> None:
    assert imerr.annotate(CODE, status="current") != CODE
    assert imerr.annotate(CODE, status="deprecated") == CODE


@pytest.mark.parametrize("type", TYPES, ids=str)
def test_arrow_arrays_keep_type_nulls_and_slices(type: pa.DataType) -> None:
    values = ["start", None, CODE, "", f"{CODE}\r", f"a\n{CODE}\nb", f"{CODE}\n", "end"]
    wanted = ["start", None, LINE, "", f"{LINE}\r", f"a\n{LINE}\nb", f"{LINE}\n", "end"]
    array = pa.array(values).cast(type)
    for start in range(len(values)):
        for end in range(start, len(values) + 1):
            annotated = imerr.annotate(array[start:end])
            annotated.validate(full=True)
            assert annotated.equals(pa.array(wanted).cast(type)[start:end]), (start, end)
    chunked = pa.chunked_array([array[:3], array[3:3], array[3:]])
    annotated = imerr.annotate(chunked)
    assert (annotated.type, annotated.to_pylist()) == (type, chunked_values(type, wanted))
    empty = imerr.annotate(pa.chunked_array([], type=type))
    assert (len(empty), empty.type) == (0, type)


def chunked_values(type: pa.DataType, values: list[str | None]) -> list[object]:
    return list(pa.array(values).cast(type).to_pylist())


def test_nulls_may_have_bytes() -> None:
    offsets, values = pa.array([0, 16, 32], pa.int32()), (CODE * 2).encode()
    buffers = [pa.py_buffer(b"\x02"), offsets.buffers()[1], pa.py_buffer(values)]
    array = pa.Array.from_buffers(pa.string(), 2, buffers)
    assert array.to_pylist() == [None, CODE]
    assert imerr.annotate(array).to_pylist() == [None, LINE]
    assert [finding.row for finding in imerr.find(array)] == [1]


def test_nothing_is_copied_where_nothing_is_found() -> None:
    array = pa.array(["a", "b", None])
    assert imerr.annotate(array).buffers()[2].address == array.buffers()[2].address
    assert imerr.annotate(pa.nulls(2)).to_pylist() == [None, None]


def test_lists_keep_the_types_of_their_elements() -> None:
    assert imerr.annotate([CODE, None, CODE.encode(), b"\xff"]) == [
        LINE,
        None,
        LINE.encode(),
        b"\xff",
    ]
    assert imerr.annotate((CODE,)) == (LINE,)
    assert imerr.annotate("") == ""
    assert imerr.annotate(LINE) == LINE


@pytest.mark.parametrize("dtype", ["object", "string", "string[pyarrow]"])
def test_pandas_series_keep_index_name_and_dtype(dtype: str) -> None:
    series = pd.Series([CODE, None, "x"], index=[5, 7, 9], name="line", dtype=dtype)
    wanted = pd.Series([LINE, None, "x"], index=[5, 7, 9], name="line", dtype=dtype)
    pd.testing.assert_series_equal(imerr.annotate(series), wanted)
    pd.testing.assert_series_equal(series.imerr.annotate(), wanted)
    found = series.imerr.find()
    assert (list(found.index), list(found["code"])) == ([5], [6206])


def test_pandas_categories_are_annotated() -> None:
    values = [CODE, None, CODE, "x"]
    for series in (pd.Series(values, index=list("abcd"), dtype="category"), pd.CategoricalIndex(values)):
        annotated = imerr.annotate(series)
        assert annotated.dtype == "category"
        assert annotated.isna().tolist() == [False, True, False, False]
        assert annotated[0 if isinstance(series, pd.Index) else "a"] == imerr.annotate(CODE)
    twice = imerr.annotate(pd.Series([CODE, imerr.annotate(CODE)], dtype="category"))
    assert twice.tolist() == [imerr.annotate(CODE)] * 2
    assert twice.dtype == "category"


def test_polars_and_duckdb_call_it() -> None:
    frame = pl.DataFrame({"line": [CODE, None, "x"]})
    assert imerr.annotate(frame["line"]).to_list() == [LINE, None, "x"]
    assert imerr.annotate(frame["line"]).name == "line"
    mapped = frame.with_columns(
        pl.col("line").map_batches(imerr.annotate, return_dtype=pl.String)
    )
    assert mapped["line"].to_list() == [LINE, None, "x"]
    database: Any = duckdb.connect()
    database.create_function("imerr", lambda lines: imerr.annotate(lines), ["VARCHAR"], "VARCHAR", type="arrow")
    rows = database.sql(f"select imerr(l) from (values ('{CODE}'), ('x')) t(l)").fetchall()
    assert rows == [(LINE,), ("x",)]


def test_an_annotator_is_pickled_with_its_catalogs(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_text(
        'system = "team"\n[[entry]]\ncode = 990001\ncategory = "cart"\nkind = "conflict"\n'
        'severity = "warning"\nmeaning = "The cart is locked."\nremedy = "Try again."\n'
        'retry = "backoff"\nstatus = "current"\n'
    )
    annotator = imerr.Annotator(catalog=path, lang="zh")
    pickled = pickle.dumps(annotator)
    path.unlink()
    copy = pickle.loads(pickled)
    assert "The cart is locked." in copy.annotate("error_code: 990001")
    assert copy.explain(990001)[0].system == "team"
    assert repr(copy) == "imerr.Annotator(lang='zh', catalog=...)"


def test_threads_share_an_annotator() -> None:
    annotator = imerr.Annotator()
    arrays = [pa.array([CODE, str(number)] * 100) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for number, array in enumerate(pool.map(annotator.annotate, arrays)):
            assert array.to_pylist() == [LINE, str(number)] * 100


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: imerr.annotate([CODE, 5]), TypeError, "element 1 is int"),
        (lambda: imerr.annotate(["\ud800"]), TypeError, "element 0 is not valid Unicode"),
        (lambda: imerr.annotate(pa.array([1])), TypeError, "not Int64"),
        (lambda: imerr.find(pl.DataFrame({"a": ["x"]})), TypeError, "pass the column"),
        (lambda: imerr.find(pd.DataFrame({"a": ["x"]})), TypeError, "pass the column"),
        (lambda: imerr.find(6206), TypeError, "not int"),
        (lambda: imerr.annotate(iter(["x"])), TypeError, "use list(...)"),
        (lambda: ANNOTATE("x", langs="zh"), TypeError, "unexpected keyword argument 'langs'; did you mean 'lang'"),
        (lambda: imerr.annotate("x", lang="de"), ValueError, "lang: 'de' is none of en, zh"),
        (lambda: ANNOTATE("x", lang=1), TypeError, "lang is 1"),
        (lambda: imerr.annotate("x", format="jsonl"), ValueError, "format: 'jsonl'"),
        (lambda: imerr.annotate("x", min_confidence="hi"), ValueError, "min_confidence: 'hi'"),
        (lambda: imerr.annotate("x", code="5-"), ValueError, "code: '5-' is neither"),
        (lambda: imerr.annotate("x", severity="bad"), ValueError, "severity: 'bad'"),
        (lambda: imerr.annotate("x", also="none"), ValueError, "also: 'none'"),
        (lambda: imerr.annotate("x", since="10:00"), ValueError, "since selects lines of files"),
        (lambda: imerr.annotate("x", catalog="no.toml"), FileNotFoundError, "no.toml"),
        (lambda: imerr.explain(62066), LookupError, "near ones are 6206"),
        (lambda: imerr.explain("ERR_USER_SIG_EXPIRD"), LookupError, "ERR_USER_SIG_EXPIRED"),
        (lambda: imerr.explain(424242), LookupError, "imerr.search finds"),
    ],
)
def test_errors_name_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_a_problem_in_a_catalog_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_text('system = "team"\n[[entry]]\ncode = "x"\n')
    with pytest.raises(ValueError, match=r"catalog: .*team\.toml:2:1: category is missing"):
        imerr.Annotator(catalog=[path])
