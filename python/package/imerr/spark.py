"""Spark: logs as a data source, annotated copies of logs, and lines in data frames.

>>> import imerr.spark                                                         # doctest: +SKIP
>>> found = spark.read.format("imerr").load("s3a://logs/2026/11/")             # doctest: +SKIP
>>> found.groupBy("code", "meaning").count().show()                            # doctest: +SKIP

The import registers the data source in the active session; `register(spark)` does it in another.
Executors need the package too: see docs/cluster.md.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyarrow
import pyarrow.fs
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

import imerr

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options

__all__ = ["ImerrDataSource", "annotate", "annotate_files", "find", "register"]

SCHEMA = (
    "file string, line bigint, column bigint, offset bigint, start bigint, end bigint, "
    "code bigint, known boolean, name string, system string, category string, kind string, "
    "severity string, confidence string, meaning string, remedy string, retry string, "
    "alternatives string, truncated boolean, text_start bigint, text string"
)
ROW_SCHEMA = SCHEMA.replace("file string", "row bigint")
SPLIT_SIZE = 64 << 20

# The library looks for another encoding than UTF-8 in so many bytes of a file.
_JUDGED = 4 << 20
_JUDGED_UTF16 = 8 << 10
_READ_SIZE = 1 << 20
# What compressed files and archives begin with. Such files are not split; a file that is split by
# mistake would be searched as text.
_MAGIC = (b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\xfd7zXZ", b"PK")


@dataclass
class FilePart(InputPartition):
    """A part of a file: from the line that begins at or after `start` to the line over `end`."""

    path: str
    start: int
    end: int | None


class ImerrDataSource(DataSource):
    """`spark.read.format("imerr")`: a row for each finding, with the columns of `jsonl`.

    Options are `path`, those of the program without dashes in front (`min-confidence`, `severity`,
    `code`, `lang`, ...), and

    * `splitsize`: the bytes of a plain file that one task reads, 64 MiB by default;
    * `mode`: `failfast` (default) fails the job if a file is damaged; `permissive` warns in the log
      of the executor and keeps what was found before the damage.
    """

    @classmethod
    def name(cls) -> str:
        return "imerr"

    def schema(self) -> str:
        return SCHEMA

    def reader(self, schema: Any) -> Reader:
        return Reader(dict(self.options))


class Reader(DataSourceReader):
    """Divides files into parts, and reads a part."""

    def __init__(self, options: dict[str, str]) -> None:
        options = {name.lower(): value for name, value in options.items()}
        if "path" not in options:
            raise ValueError("path: name the file or directory, as in .load('s3a://logs/2026/')")
        self.path = options.pop("path")
        self.split_size = _split_size(options.pop("splitsize", None))
        self.mode = options.pop("mode", "failfast").lower()
        if self.mode not in ("failfast", "permissive"):
            raise ValueError(f"mode: {self.mode!r} is neither 'failfast' nor 'permissive'")
        self.annotator = _annotator_of_files(_options(options))

    def partitions(self) -> list[InputPartition]:
        filesystem, root = _filesystem(self.path)
        parts: list[InputPartition] = []
        for info in _files(filesystem, root):
            if info.size <= self.split_size or not _is_plain(filesystem, info.path):
                parts.append(FilePart(info.path, 0, None))
                continue
            for start in range(0, info.size, self.split_size):
                end = min(start + self.split_size, info.size)
                parts.append(FilePart(info.path, start, end))
        return parts

    def read(self, partition: InputPartition) -> Iterator[pyarrow.RecordBatch]:
        part = cast("FilePart", partition)
        filesystem, _ = _filesystem(self.path)
        with filesystem.open_input_file(part.path) as file:
            found = find_part(self.annotator, file, part)
        if found.errors:
            if self.mode == "failfast":
                raise imerr.InputError(found.errors)
            for name, cause in found.errors:
                print(f"imerr: {name}: {cause}", file=sys.stderr)
        # A time can depend on lines before the part.
        yield from found.to_arrow().drop_columns(["time"]).to_batches()


def find_part(annotator: imerr.Annotator, file: BinaryIO, part: FilePart) -> imerr.Findings:
    """The findings in the lines of a part of `file`, with offsets in the whole file."""
    if part.end is None:
        table, stats, errors, _ = annotator._engine.find_files([part.path], file)
        return imerr.Findings(table, stats, errors)
    start = _line_start(file, part.start)
    lines = _PartReader(file, start, part.end)
    table, stats, errors, _ = annotator._engine.find_files([part.path], lines, start, True)
    return imerr.Findings(table, stats, errors)


def _line_start(file: BinaryIO, start: int) -> int:
    """Where the first line begins that begins at or after `start`."""
    if start == 0:
        return 0
    # The line that begins at `start` is complete if a line feed is in front of it.
    at = start - 1
    file.seek(at)
    while chunk := file.read(1 << 16):
        newline = chunk.find(b"\n")
        if newline >= 0:
            return at + newline + 1
        at += len(chunk)
    return at


class _PartReader:
    """Reads from `start` to the end of the line over `end`."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._at = start
        self._end = end
        self._done = start >= end
        file.seek(start)

    def read(self, size: int) -> bytes:
        if self._done:
            return b""
        if self._at < self._end:
            data = self._file.read(min(size, self._end - self._at))
            self._at += len(data)
            self._done = not data or (self._at >= self._end and data.endswith(b"\n"))
            return data
        data = self._file.read(min(size, 1 << 16))
        newline = data.find(b"\n")
        self._done = not data or newline >= 0
        return data if newline < 0 else data[: newline + 1]


def _is_plain(filesystem: Any, path: str) -> bool:
    """Whether a file is text in UTF-8 as far as the library judges encodings, so that it reads the
    same in parts."""
    # Without `compression`, the name `a.log.gz` would make it decompress.
    with filesystem.open_input_stream(path, compression=None) as file:
        head = file.read(_JUDGED)
    if head.startswith((*_MAGIC, b"\xff\xfe", b"\xfe\xff")) or head[257:262] == b"ustar":
        return False
    # UTF-16 without a byte order mark.
    if b"\0" in head[:_JUDGED_UTF16]:
        return False
    try:
        # A character may be cut in two at the end.
        head[: len(head) - 3].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 6
    return True


def _filesystem(path: str) -> tuple[Any, str]:
    """The file system of a URI or path, and the path in it."""
    if "://" not in path:
        path = os.path.abspath(path)
    # Spark and Hadoop have their own names of S3.
    for scheme in ("s3a://", "s3n://"):
        if path.startswith(scheme):
            path = "s3://" + path.removeprefix(scheme)
    try:
        found: tuple[Any, str] = pyarrow.fs.FileSystem.from_uri(path)
        return found
    except pyarrow.ArrowInvalid:
        import fsspec

        filesystem, root = fsspec.core.url_to_fs(path)
        handler = pyarrow.fs.FSSpecHandler(filesystem)
        return pyarrow.fs.PyFileSystem(handler), cast("str", root)


def _files(filesystem: Any, root: str) -> list[Any]:
    """The files below `root`, sorted. Spark's own files, such as `_SUCCESS`, are left out."""
    info = filesystem.get_file_info(root)
    if info.type == pyarrow.fs.FileType.File:
        return [info]
    if info.type == pyarrow.fs.FileType.NotFound:
        raise FileNotFoundError(f"{root}: no such file or directory")
    selector = pyarrow.fs.FileSelector(root, recursive=True)
    infos = filesystem.get_file_info(selector)
    files = [one for one in infos if one.type == pyarrow.fs.FileType.File]
    return sorted((one for one in files if one.base_name != "_SUCCESS"), key=lambda one: one.path)


def _split_size(text: str | None) -> int:
    if text is None:
        return SPLIT_SIZE
    if not text.isdigit() or int(text) == 0:
        raise ValueError(f"splitsize: {text!r} is no number of bytes")
    return int(text)


_FLAGS = {"true": True, "false": False}


def _options(options: dict[str, str]) -> Options:
    """The options of a data source as those of Python: `min-confidence` is `min_confidence`."""
    typed: dict[str, object] = {}
    for name, value in options.items():
        name = name.replace("-", "_")
        if name in ("unknown", "assume_im"):
            if value.lower() not in _FLAGS:
                raise ValueError(f"{name}: {value!r} is neither 'true' nor 'false'")
            typed[name] = _FLAGS[value.lower()]
        else:
            typed[name] = int(value) if name == "threads" else value
    # Spark runs a task for each core.
    return cast("Options", {"threads": 1} | typed)


def _annotator_of_files(options: Options) -> imerr.Annotator:
    """Refuses the options that need the files to be local."""
    for name in ("glob", "tail"):
        if name in options:
            raise ValueError(f"{name} is an option of find_file; here, the path selects the files")
    return imerr.Annotator(**options)


def register(spark: SparkSession) -> None:
    """Adds the format `imerr` to a session."""
    spark.dataSource.register(ImerrDataSource)


def annotate(df: DataFrame, column: str, **options: Unpack[Options]) -> DataFrame:
    """`df` with annotated lines in `column`, which has strings or binary.

    Lines stay byte by byte what they are if Spark reads them as
    `spark.read.option("lineSep", "\\n").text(path).select(col("value").cast("binary"))`.
    """
    annotator = imerr.Annotator(**options)

    def annotate_batches(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            index = batch.schema.get_field_index(column)
            lines = annotator.annotate(batch.column(index))
            yield batch.set_column(index, batch.schema.field(index), lines)

    _check_column(df, column)
    return df.mapInArrow(annotate_batches, df.schema)


def find(df: DataFrame, column: str, **options: Unpack[Options]) -> DataFrame:
    """The findings in the lines in `column`, with the other columns of their rows.

    Columns of `df` that have the name of a column of findings are left out.
    """
    annotator = imerr.Annotator(**options)
    _check_column(df, column)
    names = {part.split()[0] for part in ROW_SCHEMA.split(", ")}
    kept = [name for name in df.columns if name != column and name not in names]
    fields = [df.schema[name] for name in kept]
    schema = type(df.schema)(fields + _struct(ROW_SCHEMA).fields[1:])

    def find_batches(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            index = batch.schema.get_field_index(column)
            found = annotator.find(batch.column(index)).to_arrow()
            rows = pyarrow.table(batch).select(kept) if kept else None
            if rows is not None:
                taken = rows.take(found.column("row"))
                columns = [*taken.columns, *found.columns[1:]]
                found = pyarrow.table(columns, names=[*kept, *found.column_names[1:]])
            else:
                found = found.drop_columns(["row"])
            yield from found.to_batches()

    return df.mapInArrow(find_batches, schema)


def _struct(ddl: str) -> Any:
    from pyspark.sql.types import StructType

    return StructType.fromDDL(ddl)


def _check_column(df: DataFrame, column: str) -> None:
    if column not in df.columns:
        raise ValueError(f"column {column!r} is none of {', '.join(df.columns)}")


def annotate_files(
    spark: SparkSession, src: str, dst: str, **options: Unpack[Options]
) -> list[str]:
    """Writes an annotated copy of each file below `src` to the same place below `dst`.

    One task a file. The bytes are those that the program writes: compressed files and archives are
    written as plain text, under their old name. A file has the whole output or does not exist: it
    is written under a temporary name and moved. Executors must reach both file systems. Returns the
    paths of the copies.

    Raises an error of Spark, with the name of the file and the cause, if a file is damaged; other
    files may then be complete.
    """
    annotator = _annotator_of_files(cast("Options", {"threads": 1}) | options)
    filesystem, root = _filesystem(src)
    paths = [info.path for info in _files(filesystem, root)]
    if not paths:
        return []
    copy = _copier(annotator, src, dst, root)
    return spark.sparkContext.parallelize(paths, len(paths)).map(copy).collect()


def _copier(annotator: imerr.Annotator, src: str, dst: str, root: str) -> Callable[[str], str]:
    def copy(path: str) -> str:
        source, _ = _filesystem(src)
        target, target_root = _filesystem(dst)
        relative = path[len(root) :].lstrip("/") or path.rpartition("/")[2]
        name = f"{target_root.rstrip('/')}/{relative}"
        folder, _, base = name.rpartition("/")
        part = f"{folder}/.{base}.{uuid.uuid4().hex}.tmp"
        target.create_dir(folder, recursive=True)
        try:
            with source.open_input_file(path) as file, target.open_output_stream(
                part, compression=None
            ) as out:
                errors, _ = annotator._engine.annotate_files([path], out, file)
            if errors:
                raise imerr.InputError(errors)
            target.move(part, name)
        except BaseException:
            if target.get_file_info(part).type == pyarrow.fs.FileType.File:
                target.delete_file(part)
            raise
        return name

    return copy


if (_active := SparkSession.getActiveSession()) is not None:
    register(_active)
