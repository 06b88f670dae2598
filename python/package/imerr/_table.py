"""Tables: Arrow columns that pandas, Polars, DuckDB and others read without a copy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, overload

from . import _imerr

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Row = TypeVar("Row")

# A notebook shows so many codes of findings, and a `repr` so many.
_SHOWN_CODES = 50
_NAMED_CODES = 5


@dataclass(frozen=True)
class Finding:
    """A code in a line, with what the catalog says about it.

    `row` is the index of the value in the input of `find`, and None for files; `file` is the name
    of the file, and None for values. `time` is that of the line or, if it has none, of the last line
    before it that has one, in local time of the log; None for values, and if no line before has one.
    `line` counts from 1 in the file or value; it is None in a part
    of a file that does not start at its beginning. `column` counts code points from 1. `offset` is
    where the line begins, in bytes. `start` and `end` are where the code is in the line, in bytes.
    Of an unknown code, `known` is False, and the fields of the entry are None. `alternatives` is a
    JSON array of the other entries of an ambiguous code. `text` is the line, with U+FFFD in place of
    bytes that are not UTF-8; where `truncated`, a part of it from the byte `text_start` on.
    """

    row: int | None
    file: str | None
    time: datetime | None
    line: int | None
    column: int
    offset: int
    start: int
    end: int
    code: int
    known: bool
    name: str | None
    system: str | None
    category: str | None
    kind: str | None
    severity: str | None
    confidence: str
    meaning: str | None
    remedy: str | None
    retry: str | None
    alternatives: str | None
    truncated: bool
    text_start: int
    text: str

    def __repr__(self) -> str:
        place = f"row {self.row}" if self.file is None else f"{self.file}:{self.line}"
        what = f"{self.meaning} -> {self.remedy}" if self.known else "unknown"
        name = f" {self.name}" if self.name else ""
        return f"<imerr {self.code}{name} in {place}: {what}>"


class _Table(Generic[Row]):
    """Rows of Arrow columns. Libraries read it by `__arrow_c_stream__`, without a copy."""

    def __init__(self, table: _imerr.Table) -> None:
        self._table = table

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._table.columns

    def __len__(self) -> int:
        return len(self._table)

    def __iter__(self) -> Iterator[Row]:
        for index in range(len(self)):
            yield self._row(index)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(one) for one in range(*index.indices(len(self)))]
        if not isinstance(index, int):
            raise TypeError(f"an index is a number, not {index!r}; for columns use .to_pandas()")
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} rows, so there is no row {index}")
        return self._row(index % len(self))

    def _row(self, index: int) -> Row:
        raise NotImplementedError

    # Type checkers know the attributes.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            hint = "" if name.startswith("_") else "; use .to_pandas(), .to_polars() or .to_arrow()"
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Arrow's own table can be pickled.
        return _from_arrow, (type(self), self.to_arrow())

    def __arrow_c_schema__(self) -> object:
        return self._table.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pyarrow.Table:
        """A `pyarrow.Table` of the same memory. Needs pyarrow."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A `pandas.DataFrame`. Needs pandas; is faster with pyarrow."""
        import pandas

        try:
            table = self.to_arrow()
        except ImportError:
            rows = [self._table.row(index) for index in range(len(self))]
            return pandas.DataFrame(rows, columns=self.columns)
        frame = table.to_pandas()
        # pyarrow makes a column of integers with nulls a column of floats: 6206.0.
        for name in self.columns:
            column = table.column(name)
            if column.null_count > 0 and column.type == "int64":
                frame[name] = column.to_pandas(types_mapper=lambda _: pandas.Int64Dtype())
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A `polars.DataFrame` of the same memory. Needs Polars."""
        import polars

        return polars.DataFrame(self)


class CatalogTable(_Table["dict[str, Any]"]):
    """The catalog as a table. A row is an entry, as a dictionary."""

    def _row(self, index: int) -> dict[str, Any]:
        return dict(zip(self.columns, self._table.row(index)))

    def __repr__(self) -> str:
        return f"<imerr catalog: {len(self)} entries; .to_pandas(), .to_polars(), .to_arrow()>"


class Findings(_Table[Finding]):
    """Findings in the order of the input, as a table with the columns of `jsonl`.

    In addition, those of lines have `row`, and those of files have `time`.

    Its length is the number of findings, and its elements are `Finding`s.
    """

    def __init__(
        self,
        table: _imerr.Table,
        stats: str | None = None,
        errors: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(table)
        self._stats = stats
        self.errors: list[tuple[str, str]] = list(errors)
        """The files that could not be read, or not to their end, each with the cause."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_arrow, (type(self), self.to_arrow(), self._stats, self.errors)

    def _row(self, index: int) -> Finding:
        fields: dict[str, Any] = dict(zip(self.columns, self._table.row(index)))
        return Finding(**({"row": None, "file": None, "time": None} | fields))

    def stats(self) -> dict[str, Any]:
        """What `imerr-annotate stats --format json` writes, of the same files and options.

        Raises `ValueError` for findings of values, which have neither files nor times.
        """
        if self._stats is None:
            raise ValueError("statistics are of files; use find_file, or .to_pandas() to count")
        stats: dict[str, Any] = json.loads(self._stats)
        return stats

    def _groups(self) -> list[tuple[Finding, int]]:
        """The first finding of each code and how many there are, most frequent first."""
        groups = [(self._row(first), n) for first, n in self._table.groups(["code", "meaning"])]
        return sorted(groups, key=lambda group: -group[1])

    def __repr__(self) -> str:
        groups = self._groups()
        named = ", ".join(f"{first.code} x{count}" for first, count in groups[:_NAMED_CODES])
        more = ", ..." if len(groups) > _NAMED_CODES else ""
        counts = f"{_count(len(self), 'finding')} of {_count(len(groups), 'code')}"
        failed = f"; {self._failed()}" if self.errors else ""
        return f"<imerr.Findings: {counts}{': ' if groups else ''}{named}{more}{failed}>"

    def _repr_html_(self) -> str:
        groups = self._groups()
        names = ("code", "name", "findings", "severity", "meaning", "remedy", "first")
        head = "".join(f"<th>{name}</th>" for name in names)
        rows = "".join(_html_row(first, count) for first, count in groups[:_SHOWN_CODES])
        more = len(groups) - _SHOWN_CODES
        note = f"<p>{_count(more, 'more code')}</p>" if more > 0 else ""
        title = f"{_count(len(self), 'finding')} of {_count(len(groups), 'code')}"
        failed = f"<p>{self._failed()}</p>" if self.errors else ""
        return f"<p>{title}</p>{failed}<table><tr>{head}</tr>{rows}</table>{note}"

    def _failed(self) -> str:
        return f"{_count(len(self.errors), 'file')} not read to the end"


def _from_arrow(kind: type[_Table[Any]], table: pyarrow.Table, *rest: Any) -> _Table[Any]:
    return kind(_imerr.Table.from_arrow(table), *rest)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _html_row(first: Finding, count: int) -> str:
    place = f"row {first.row}" if first.file is None else f"{first.file}:{first.line}"
    values = (
        first.code,
        first.name,
        count,
        first.severity or "unknown",
        first.meaning or "in no catalog",
        first.remedy,
        place,
    )
    cells = (f"<td style='text-align:left'>{escape(str(value or ''))}</td>" for value in values)
    return f"<tr>{''.join(cells)}</tr>"
