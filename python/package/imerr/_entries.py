"""Entries of the catalog, and how a notebook shows them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NoReturn, SupportsIndex, overload


@dataclass(frozen=True)
class Entry:
    """A code, or a range of codes with a common meaning, of one system.

    `first` and `last` are the ends of the range; they are equal for a single code.
    """

    first: int
    last: int
    system: str
    category: str
    kind: str
    severity: str
    names: tuple[str, ...]
    meaning: str
    cause: str | None
    remedy: str
    check: tuple[str, ...]
    retry: str
    same_cause_as: int | None
    see: tuple[int, ...]
    status: str
    since: str | None
    note: str | None
    page: str | None
    as_of: str | None

    @property
    def code(self) -> int:
        """The code; of a range, the first one."""
        return self.first

    @property
    def name(self) -> str | None:
        """The first name, if the vendor gave the code a name."""
        return self.names[0] if self.names else None

    def __repr__(self) -> str:
        name = f" {self.name}" if self.name else ""
        place = f"{self.system}/{self.category} {self.severity}"
        return f"<imerr {self._codes()}{name} {place}: {self.meaning} -> {self.remedy}>"

    def _codes(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def _repr_html_(self) -> str:
        rows = [("Remedy", self.remedy), ("Cause", self.cause), ("Retry", self.retry)]
        rows += [("Check", check) for check in self.check]
        rows += [("Note", self.note), ("See", ", ".join(str(code) for code in self.see))]
        cells = "".join(
            f"<tr><th>{label}</th><td style='text-align:left'>{escape(text)}</td></tr>"
            for label, text in rows
            if text
        )
        title = f"{self._codes()} {self.name or ''} ({self.system}/{self.category}, {self.severity})"
        page = f"<p><a href='{escape(self.page)}'>{escape(self.page)}</a></p>" if self.page else ""
        return f"<b>{escape(title)}</b><p>{escape(self.meaning)}</p><table>{cells}</table>{page}"


class Entries(tuple[Entry, ...]):
    """Entries, best first. A tuple that a notebook shows as text for people."""

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Entries: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Entry | Entries:
        found = super().__getitem__(index)
        return Entries(found) if isinstance(found, tuple) else found

    # Type checkers know the attributes.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            is_of_entry = name in Entry.__dataclass_fields__ or name in ("code", "name")
            hint = f"; each of its entries has one: [0].{name}" if is_of_entry else ""
            raise AttributeError(f"Entries has no attribute {name!r}{hint}")

    def __repr__(self) -> str:
        return "[" + ",\n ".join(map(repr, self)) + "]"

    def _repr_html_(self) -> str:
        if not self:
            return "<p>no entry</p>"
        return "<hr>".join(entry._repr_html_() for entry in self)


def from_json(records: Iterable[str]) -> Entries:
    """Entries of JSON objects as the program's `explain --format json` writes them."""
    return Entries(_entry(json.loads(record)) for record in records)


def _entry(record: dict[str, Any]) -> Entry:
    code = record.pop("code", None)
    first, last = (code, code) if code is not None else record.pop("range")
    known: dict[str, Any] = {name: record.get(name) for name in Entry.__dataclass_fields__}
    for name in ("names", "check", "see"):
        known[name] = tuple(known[name] or ())
    return Entry(**(known | {"first": first, "last": last}))

