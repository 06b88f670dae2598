"""Findings are those of the program's `jsonl`, and statistics those of its `stats`."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import pickle
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import LOGS, ROOT, Failing, Program, Waiting, errors_after_control_c

import imerr

CODE = "imsdk code: 6206"
WORDS = ["name", "system", "category", "kind", "severity", "meaning", "remedy", "retry"]


def record_of(finding: imerr.Finding) -> dict[str, Any]:
    """A finding as the members of a record of `jsonl`."""
    names = ["file", "line", "column", "offset", "start", "end", "code", "known", "confidence"]
    record = {name: getattr(finding, name) for name in names}
    if finding.known:
        record |= {name: getattr(finding, name) for name in WORDS}
    if finding.alternatives is not None:
        record["alternatives"] = json.loads(finding.alternatives)
    if finding.truncated:
        record["truncated"] = True
    if finding.text_start:
        record["text_start"] = finding.text_start
    return record | {"text": finding.text}


def wanted_records(program: Program, *arguments: str | Path) -> list[dict[str, Any]]:
    records = program.records(*arguments)
    for record in records:
        del record["type"]
        if isinstance(record["text"], dict):
            text = base64.b64decode(record["text"]["bytes"])
            record["text"] = text.decode(errors="replace")
    return records


def test_findings_in_files_are_those_of_jsonl(program: Program) -> None:
    found = imerr.find_file(LOGS)
    assert len(found) > 50
    assert [record_of(finding) for finding in found] == wanted_records(program, *LOGS)
    folders = [ROOT / "fixtures" / "lines", ROOT / "fixtures" / "logs"]
    found = imerr.find_file(folders)
    assert [record_of(finding) for finding in found] == wanted_records(program, *folders)


def test_findings_in_lines_are_those_of_jsonl(log: Path, program: Program) -> None:
    lines = log.read_bytes().split(b"\n")
    wanted = wanted_records(program, "--encoding", "none", log)
    for found in (imerr.find(lines), imerr.find(pa.array(lines, pa.binary_view()))):
        rows = [(one.row, one.column, one.code, one.meaning, one.text) for one in found]
        assert rows == [
            (one["line"] - 1, one["column"], one["code"], one.get("meaning"), one["text"])
            for one in wanted
        ]


def test_times_are_those_of_stats() -> None:
    for log in LOGS:
        found = imerr.find_file(log, unknown=False).to_pandas()
        for code in imerr.stats(log)["codes"]:
            times = found["time"][found["code"] == code["code"]]
            for wanted, time in ((code["earliest"], times.min()), (code["latest"], times.max())):
                shown = None if pd.isna(time) else time.isoformat(timespec="milliseconds")
                assert shown == wanted, (log, code["code"])


def test_a_line_without_a_time_has_that_of_the_line_before(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(f"{CODE}\n2026-11-24 23:59:59.5 {CODE}\n  at {CODE}\n00:00:01 x\n{CODE}, {CODE}\n")
    found = imerr.find_file(log)
    last = datetime(2026, 11, 25, 0, 0, 1)
    before = datetime(2026, 11, 24, 23, 59, 59, 500_000)
    times = [None, before, before, last, last]
    assert [one.time for one in found] == times
    assert found.to_polars()["time"].to_list() == times
    assert _rows("select max(time) from found", found) == [(last,)]
    assert [one.time for one in imerr.find(log.read_text())] == [None] * 5


@pytest.mark.parametrize("type", [pa.string(), pa.large_binary(), pa.string_view()], ids=str)
def test_rows_count_over_chunks_slices_and_nulls(type: pa.DataType) -> None:
    values = [CODE, None, "", f"a\r\n{CODE}\r", "x", CODE]
    array = pa.array(values).cast(type)
    chunked = pa.chunked_array([array[:2], array[2:2], array[2:]])
    places = [(one.row, one.line, one.offset) for one in imerr.find(chunked)]
    assert places == [(0, 1, 0), (3, 2, 3), (5, 1, 0)]
    assert [one.row for one in imerr.find(array[3:])] == [0, 2]
    assert len(imerr.find(array[1:3])) == 0
    assert len(imerr.find(pa.chunked_array([], type=type))) == 0


def test_findings_are_a_table_for_other_libraries() -> None:
    found = imerr.find([CODE, "x", "result code: 2003, error_code:-10113"])
    frame = found.to_pandas()
    assert list(frame["row"]) == [0, 2, 2]
    assert frame["meaning"][0] == "The UserSig has expired."
    assert found.to_polars()["code"].to_list() == [6206, 2003, -10113]
    assert pl.DataFrame(found).shape == frame.shape
    assert found.to_arrow().schema.names == found.columns
    integers = {str(field.type) for field in found.to_arrow().schema}
    assert integers == {"int64", "bool", "string"}
    query = "select code, count(*) from found group by code order by code"
    assert _rows(query, found) == [(-10113, 1), (2003, 1), (6206, 1)]
    alternatives = json.loads(found[1].alternatives or "[]")
    assert [one["system"] for one in alternatives] == ["web"]
    assert list(imerr.find([]).to_pandas().columns) == found.columns


def _rows(query: str, found: imerr.Findings) -> list[Any]:
    """The rows of a query over the variable `found`."""
    relation = duckdb.sql(query)
    assert relation is not None
    return relation.fetchall()


def test_findings_are_a_sequence() -> None:
    found = imerr.find([CODE, f"{CODE}, code: 70001"])
    assert len(found) == 3
    assert found[-1].code == 70001
    assert [one.code for one in found[:2]] == [6206, 6206]
    with pytest.raises(IndexError, match="there are 3 rows"):
        found[3]
    with pytest.raises(TypeError, match="to_pandas"):
        found["code"]  # type: ignore[call-overload]
    with pytest.raises(AttributeError, match=r"Findings has no attribute 'head'; use \.to_pandas"):
        found.head()  # type: ignore[attr-defined]
    assert repr(found) == "<imerr.Findings: 3 findings of 2 codes: 6206 x2, 70001 x1>"
    assert repr(found[0]) == (
        "<imerr 6206 ERR_USER_SIG_EXPIRED in row 0: The UserSig has expired. -> "
        "Get a new UserSig from your server and log in again.>"
    )
    assert repr(imerr.find([])) == "<imerr.Findings: 0 findings of 0 codes>"
    assert "<td style='text-align:left'>6206</td>" in found._repr_html_()


def test_findings_are_pickled(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(f"2026-11-24 10:00:00 {CODE}\nsend failed, code: 6707 imsdk\n")
    for found in (imerr.find([CODE, None]), imerr.find_file(tmp_path), imerr.find([])):
        copy = pickle.loads(pickle.dumps(found))
        assert list(copy) == list(found)
        assert (copy.columns, repr(copy), copy.errors) == (found.columns, repr(found), found.errors)
    assert copy.to_pandas().empty
    with pytest.raises(imerr.InputError) as raised:
        imerr.find_file([tmp_path, tmp_path / "missing"])
    error = pickle.loads(pickle.dumps(raised.value))
    assert (str(error), len(error.findings)) == (str(raised.value), 2)


def test_a_path_as_a_line_is_warned_of(tmp_path: Path) -> None:
    with pytest.warns(imerr.ImerrWarning, match="searched as a line; .*, use find_file"):
        assert len(imerr.find(str(tmp_path))) == 0


def test_html_shows_hostile_text_as_text() -> None:
    entry = imerr.explain(6206)[0]
    assert "ERR_USER_SIG_EXPIRED" in entry._repr_html_()
    file = io.BytesIO(f"{CODE}\n".encode())
    file.name = "<script>"
    html = imerr.find_file(file)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;:1" in html


def test_statistics_are_those_of_the_program(program: Program) -> None:
    wanted = json.loads(program.run("stats", "--format", "json", *LOGS))
    assert imerr.stats(LOGS) == wanted
    with_unknown = json.loads(program.run("stats", "--unknown", "--format", "json", *LOGS))
    assert imerr.find_file(LOGS).stats() == with_unknown
    assert imerr.stats(LOGS, unknown=True) == with_unknown
    with pytest.raises(ValueError, match="statistics are of files"):
        imerr.find([CODE]).stats()


def test_a_time_range_selects_lines(tmp_path: Path, program: Program) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"2026-11-24 {hour:02}:00:00 {CODE}\n" for hour in range(24)))
    options = {"since": "2026-11-24 10:00", "until": "2026-11-24 12:00"}
    found = imerr.find_file(log, **options)  # type: ignore[arg-type]
    assert [one.line for one in found] == [11, 12]
    arguments = [f"--{name}={value}" for name, value in options.items()]
    assert [record_of(one) for one in found] == wanted_records(program, *arguments, log)
    since, until = datetime(2026, 11, 24, 10), pd.Timestamp("2026-11-24 12:00")
    assert list(imerr.find_file(log, since=since, until=until)) == list(found)
    assert len(imerr.find_file(log, since=date(2026, 11, 24))) == 24
    assert len(imerr.find_file(log, until=timedelta(days=36_500))) == 0
    assert len(imerr.find_file(log, until=date(2026, 11, 24))) == 0


def test_compressed_files_archives_and_encodings_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(f"x\n{CODE}\n".encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("in/c.log", f"{CODE}\n")
    (tmp_path / "d.log").write_text(f"{CODE}\n", encoding="utf-16")
    (tmp_path / "e.log").write_text("登录失败，错误码：6206\n", encoding="gb18030")
    found = imerr.find_file(tmp_path)
    names = [str(one.file).removeprefix(f"{tmp_path}/") for one in found]
    assert names == ["a.log.gz", "b.zip/in/c.log", "d.log", "e.log"]
    with open(tmp_path / "a.log.gz", "rb") as file:
        assert [(one.file, one.line) for one in imerr.find_file(file)] == [(file.name, 2)]


def test_globs_select_files_and_members(tmp_path: Path, program: Program) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("a.log", "b.txt", "deep/c.log", "deep/er/d.log"):
        (tmp_path / name).write_text(f"{CODE}\n")
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("in/f.log", f"{CODE}\n")
        archive.writestr("in/g.txt", f"{CODE}\n")
    counts = []
    for globs in (["*.log"], ["!*.log"], ["*.log", "!er"], ["e.zip"], ["*.{txt,log}", "!in"], []):
        found = imerr.find_file(tmp_path, glob=globs)
        arguments = [f"--glob={glob}" for glob in globs]
        assert [record_of(one) for one in found] == wanted_records(program, *arguments, tmp_path)
        counts.append(len(found))
    assert counts == [4, 2, 3, 2, 4, 6]
    assert len(imerr.find_file(tmp_path, glob="*.log")) == 4
    # A file that is named is read, whatever the globs are.
    assert len(imerr.find_file(tmp_path / "b.txt", glob="*.log")) == 1
    assert imerr.stats(tmp_path, glob="*.txt")["matches"] == 2
    with pytest.warns(imerr.ImerrWarning, match=r"no file matches 'er/\*'; .*: try '\*\*/'"):
        assert len(imerr.find_file(tmp_path, glob="er/*")) == 0
    assert len(imerr.find_file(tmp_path, glob="**/er/*")) == 1
    with pytest.raises(ValueError, match="glob: "):
        imerr.find_file(tmp_path, glob="a{")
    with pytest.raises(TypeError, match="glob contains 1"):
        imerr.find_file(tmp_path, glob=[1])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="glob selects files; use find_file"):
        imerr.find([CODE], glob="*.log")


def test_tail_reads_the_last_lines(tmp_path: Path, program: Program) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"{number} {CODE}\n" for number in range(100)))
    for lines in (0, 3, 1000):
        found = imerr.find_file(log, tail=lines)
        wanted = wanted_records(program, f"--tail={lines}", log)
        assert [record_of(one) for one in found] == wanted
        assert len(found) == min(lines, 100)
    assert [one.text for one in imerr.find_file([log, log], tail=1)] == [f"99 {CODE}"] * 2
    assert imerr.diagnose(log, tail=2).to_dict()["lines"] == 2
    packed = tmp_path / "app.log.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    with pytest.raises(imerr.InputError, match=r"app\.log\.gz: "):
        imerr.find_file(packed, tail=1)
    with pytest.raises(ValueError, match="tail is -1; it is 0 or more"):
        imerr.find_file(log, tail=-1)
    with pytest.raises(TypeError, match="tail is True; it is of the type int"):
        imerr.find_file(log, tail=True)
    with pytest.raises(ValueError, match="tail selects lines of files"):
        imerr.annotate(CODE, tail=1)


def test_an_annotated_file_is_whole_or_not_there(log: Path, tmp_path: Path, program: Program) -> None:
    target = tmp_path / "out.log"
    imerr.annotate_file(log, target)
    assert target.read_bytes() == program.run(log)
    out = io.BytesIO()
    with log.open("rb") as file:
        imerr.annotate_file(file, out)
    assert out.getvalue() == program.run(log)
    damaged = tmp_path / "damaged.gz"
    damaged.write_bytes(gzip.compress(os.urandom(1 << 16))[:30_000])
    before = sorted(tmp_path.iterdir())
    with pytest.raises(imerr.InputError, match=r"damaged\.gz: "):
        imerr.annotate_file(damaged, tmp_path / "new.log")
    assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(FileNotFoundError, match="no such directory: .*missing'$"):
        imerr.annotate_file(log, tmp_path / "missing" / "new.log")
    with pytest.raises(IsADirectoryError, match="use annotate_files"):
        imerr.annotate_file(log, tmp_path)
    copy = tmp_path / "copy.log"
    copy.write_bytes(log.read_bytes())
    (tmp_path / "link").symlink_to(copy)
    for source in (copy, [log, tmp_path / "link"]):
        with pytest.raises(ValueError, match="is an input"):
            imerr.annotate_file(source, copy)
    assert copy.read_bytes() == log.read_bytes()


def test_copies_of_files_are_annotated(tmp_path: Path, program: Program) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    for log in LOGS:
        (folder / "deep" / log.name).write_bytes(log.read_bytes())
    (folder / "a.log.gz").write_bytes(gzip.compress(f"{CODE}\n".encode()))
    (folder / "damaged.gz").write_bytes(gzip.compress(os.urandom(1 << 16))[:30_000])
    # The copy of an earlier run is none of this one.
    out.mkdir()
    (out / "damaged.gz").write_text("earlier")
    with pytest.warns(imerr.ImerrWarning, match=r"damaged\.gz: "):
        copies = imerr.annotate_files(folder, out, errors="warn")
    assert copies == [out / "a.log.gz", *(out / "deep" / log.name for log in LOGS)]
    assert (out / "a.log.gz").read_bytes() == program.run(folder / "a.log.gz")
    for log in LOGS:
        assert (out / "deep" / log.name).read_bytes() == program.run(log)
    with pytest.raises(imerr.InputError, match=r"damaged\.gz: "):
        imerr.annotate_files([folder], out)
    # A file that is named has no directory of its own.
    assert imerr.annotate_files(LOGS[0], out) == [out / LOGS[0].name]
    named = [folder / "a.log.gz", folder / "deep" / LOGS[0].name]
    assert imerr.annotate_files(named, out) == [out / "a.log.gz", out / "deep" / LOGS[0].name]
    with pytest.raises(ValueError, match="would both be written to"):
        imerr.annotate_files([LOGS[0], folder / "deep"], out)


def test_errors_of_files_name_each(tmp_path: Path) -> None:
    good, damaged = tmp_path / "good.log", tmp_path / "damaged.gz"
    good.write_text(f"{CODE}\n")
    damaged.write_bytes(gzip.compress(f"{CODE}\n".encode() + os.urandom(1 << 16))[:30_000])
    missing = tmp_path / "missing.log"
    with pytest.raises(imerr.InputError, match=r"missing\.log: no such file.*damaged\.gz: ") as raised:
        imerr.find_file([missing, good, damaged])
    assert raised.value.findings is not None
    assert str(good) in {one.file for one in raised.value.findings}
    with pytest.warns(imerr.ImerrWarning, match=r"missing\.log"):
        found = imerr.find_file([missing, good], errors="warn")
    assert [name for name, _ in found.errors] == [str(missing)]
    for call in (imerr.find_file, imerr.diagnose):
        with pytest.raises(imerr.InputError, match=r"no such file .*; .* and glob='\*\.log'"):
            call(tmp_path / "*.log")
        with pytest.raises(imerr.InputError, match=r"for a pattern, use glob\.glob$"):
            call(tmp_path / "*" / "app.log")
    many = [tmp_path / f"missing{number}.log" for number in range(9)]
    with pytest.raises(imerr.InputError, match=r"missing4\.log: [^;]*; and 4 more files, .* `errors`$"):
        imerr.find_file(many)
    with pytest.warns(imerr.ImerrWarning) as warned:
        found = imerr.find_file([good, *many], errors="warn")
    assert [str(one.message) for one in warned][5:] == ["4 more files have warnings or errors"]
    # Of the file that calls, so that Python shows them for each line that does.
    assert {one.filename for one in warned} == {__file__}
    assert repr(found).endswith("6206 x1; 9 files not read to the end>")
    with pytest.raises(imerr.InputError, match="binary mode"):
        imerr.find_file(io.StringIO(CODE))
    with pytest.raises(ZeroDivisionError):
        imerr.find_file(Failing())  # type: ignore[arg-type]


def test_very_long_lines_are_warned_of(tmp_path: Path, program: Program) -> None:
    log = tmp_path / "long.log"
    log.write_text(f"{CODE} {'x' * (2 << 20)}\n{CODE}\n")
    with pytest.warns(imerr.ImerrWarning, match=r"long\.log: a line is longer"):
        found = imerr.find_file(log)
    assert [record_of(one) for one in found] == wanted_records(program, log)
    assert [one.truncated for one in imerr.find(log.read_text().split("\n"))] == [True, False]


def test_many_findings_come_in_order(tmp_path: Path) -> None:
    count = 200_000
    log = tmp_path / "many.log"
    log.write_text("".join(f"{number} {CODE}\n" for number in range(count)))
    found = imerr.find_file(log, threads=4)
    table = found.to_arrow()
    assert table.column("line").to_pylist() == list(range(1, count + 1))
    assert table.column("code").num_chunks > 1
    assert found[count - 1].line == count
    assert isinstance(found.to_pandas(), pd.DataFrame)


def test_other_threads_run_meanwhile() -> None:
    assert len(imerr.find_file(Waiting(f"{CODE}\n".encode()))) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_control_c_ends_a_long_call() -> None:
    assert b"KeyboardInterrupt" in errors_after_control_c("find_file")
