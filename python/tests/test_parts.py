"""Parts of files have the findings of the whole, wherever they are cut. Needs pyspark, not Java."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyarrow.fs
import pytest
from conftest import ROOT

import imerr

spark = pytest.importorskip("imerr.spark")

HOSTILE = (
    b"imsdk code: 6206\r\n"
    b"\r\rimsdk code: 6208\x00\n"
    b"\n"
    b"\xff\xfe imsdk code: 70001 \x0b\x0c\n"
    b"PK\x03\x04 imsdk code: 6206\n"
    + "\u2028登录失败，错误码：20007\n".encode()
    + b"imsdk code: 6206 last"
)


def places(findings: imerr.Findings) -> list[tuple[int, int, int, str]]:
    return [(one.offset, one.start, one.code, one.text) for one in findings]


def in_parts(data: bytes, size: int) -> list[tuple[int, int, int, str]]:
    annotator = imerr.Annotator()
    found = []
    for start in range(0, len(data), size):
        part = spark.FilePart("a.log", start, min(start + size, len(data)))
        found += places(spark.find_part(annotator, io.BytesIO(data), part))
    return found


def test_a_file_can_be_cut_at_every_byte() -> None:
    wanted = places(imerr.find_file(io.BytesIO(HOSTILE), encoding="none"))
    assert len(wanted) == 6
    for size in range(1, len(HOSTILE) + 2):
        assert in_parts(HOSTILE, size) == wanted, size


@pytest.mark.parametrize("size", [64, 333, 700, 1000, 1660])
def test_a_log_can_be_cut(size: int) -> None:
    data = (ROOT / "fixtures" / "logs" / "demo.log").read_bytes() + HOSTILE
    wanted = places(imerr.find_file(io.BytesIO(data), encoding="none"))
    assert in_parts(data, size) == wanted


def test_long_reads_end_at_the_line() -> None:
    data = b"x" * 200_000 + b" imsdk code: 6206\n" + b"imsdk code: 6208\n" * 3
    wanted = places(imerr.find_file(io.BytesIO(data)))
    for size in (1, 100_000, 200_010, 200_018, 200_019):
        if size > 1:
            assert in_parts(data, size) == wanted, size


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b"", True),
        (b"plain\n", True),
        ("登录失败".encode(), True),
        ("登录失败".encode()[:-1], True),
        ("登录失败，错误码：6206\n".encode("gb18030") * 3, False),
        ("plain".encode("utf-16"), False),
        (b"\x1f\x8b\x08", False),
        (b"\xfd7zXZ\x00", False),
        (b"PK\x03\x04", False),
        (b"\0" * 257 + b"ustar", False),
    ],
)
def test_only_plain_text_is_cut(head: bytes, wanted: bool, tmp_path: Path) -> None:
    # The name does not matter.
    for name in ("a.log", "a.log.gz"):
        path = tmp_path / name
        path.write_bytes(head)
        assert spark._is_plain(pyarrow.fs.LocalFileSystem(), str(path)) is wanted
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(head))
    assert not spark._is_plain(pyarrow.fs.LocalFileSystem(), str(packed))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "path: name the file"),
        ({"path": "/x", "splitsize": "many"}, "splitsize: 'many'"),
        ({"path": "/x", "splitSize": "0"}, "splitsize: '0'"),
        ({"path": "/x", "mode": "dropmalformed"}, "mode: 'dropmalformed'"),
        ({"path": "/x", "unknown": "yes"}, "unknown: 'yes'"),
        ({"path": "/x", "min-confidence": "hi"}, "min_confidence: 'hi'"),
    ],
)
def test_wrong_options_are_named(options: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spark.Reader(options)
