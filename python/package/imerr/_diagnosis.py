"""`Diagnosis`: what went wrong first, and which codes follow from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

# A notebook shows so many incidents, and so many codes that are not explained.
_SHOWN_INCIDENTS = 20
_SHOWN_CODES = 20
_SHOWN_SIGNALS = 5
_INCIDENT_HEAD = ("time", "first", "what happened", "begins with", "then", "fix", "verify")
_INCIDENT_COLUMNS = [
    "cause",
    "title",
    "confidence",
    "starts",
    "consequences",
    "first_time",
    "last_time",
    "file",
    "line",
    "session",
    "fix",
]
_CODE_HEAD = ("not explained", "findings", "severity", "meaning", "remedy", "first")


@dataclass(frozen=True)
class Place:
    """A line. `line` counts from 1. `time` is the local time of the log, in ISO 8601 with
    milliseconds; None if the line has none. `file` has U+FFFD in place of bytes that are not UTF-8.
    """

    file: str
    line: int
    time: str | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Signal:
    """How often a code or an event occurs in an incident. One of `code` and `event` is None."""

    code: int | None
    event: str | None
    count: int
    first: Place
    last: Place

    def __str__(self) -> str:
        return f"{self.event if self.code is None else self.code} x{self.count}"


@dataclass(frozen=True)
class Session:
    """A run of an app. `kind` is what it is known by: `custom`, `process`, `user`, `app` or `log`;
    `key` is that text. `stream` is the index of its log in the streams of `to_dict`.
    """

    kind: str
    key: str
    stream: int


@dataclass(frozen=True)
class Excerpt:
    """A line of the log; long ones are cut."""

    at: Place
    text: str


@dataclass(frozen=True)
class Ticket:
    """What a team knows about an incident, from the file of the option `known`."""

    ticket: str
    note: str | None


@dataclass(frozen=True)
class Incident:
    """An occurrence of a cause in a session.

    `starts` are the signals that show it, and `consequences` those that follow from it, each with a
    reason in `because`. `ending` is `event` (`ended_by` names it), `quiet`, `new-session` or
    `end-of-log`. `confidence` is `low`, `medium` or `high`. `fault` is whether something is broken.
    `rounds` is how often the cause recurred, from 1. `storm` is what a storm of attempts means, if
    it is one.
    """

    cause: str
    fault: bool
    title: str
    fix: str
    verify: str
    evidence: str
    source: str
    session: Session
    first: Place
    last: Place
    starts: tuple[Signal, ...]
    consequences: tuple[Signal, ...]
    because: tuple[str, ...]
    ending: str
    ended_by: str | None
    ended_at: Place | None
    storm: str | None
    rounds: int
    confidence: str
    beginning_unknown: bool
    clocks_differ: bool
    excerpts: tuple[Excerpt, ...]
    known: tuple[Ticket, ...]

    def __repr__(self) -> str:
        time = f" at {self.first.time}" if self.first.time else ""
        codes = ", ".join(map(str, (*self.starts, *self.consequences)[:_SHOWN_SIGNALS]))
        return f"<imerr {self.cause} in {self.first}{time}: {self.title}: {codes} -> {self.fix}>"


@dataclass(frozen=True)
class NotExplained:
    """A code whose findings belong to no incident. `severity` is None for an unknown code.
    `begins_after` is a cause that such findings follow from, if the log may begin after it.
    """

    code: int
    severity: str | None
    count: int
    first: Place
    last: Place
    meaning: str
    remedy: str
    begins_after: str | None

    def __repr__(self) -> str:
        return f"<imerr {self.code} x{self.count} from {self.first}: {self.meaning} -> {self.remedy}>"


@dataclass(frozen=True)
class Verdict:
    """The cause that explains most of the findings. `text` has sentences for people.

    `reason` is why it is named before other causes: `most-findings`, `fault`, `blocks` or `first`; None if
    there are no others. `incident` is the index of its first incident, and `incidents` and `sessions` count them.
    `starts` counts the findings that started them, and `consequences` those that follow.
    """

    cause: str
    text: str
    reason: str | None
    incident: int
    incidents: int
    sessions: int
    starts: int
    consequences: int

    def __str__(self) -> str:
        return self.text


class Diagnosis:
    """What `imerr.diagnose` returns. Its text, `str(diagnosis)`, is what the program writes."""

    def __init__(
        self, document: str, text: str, errors: Sequence[tuple[str, str]] = ()
    ) -> None:
        self._document = document
        self._text = text
        self._data: dict[str, Any] = json.loads(document)
        self.errors: list[tuple[str, str]] = list(errors)
        """The files that could not be read, or not to their end, each with the cause."""

    @property
    def verdict(self) -> Verdict | None:
        """The cause that explains most of the findings; None without an incident."""
        verdict = self._data["verdict"]
        return None if verdict is None else Verdict(**verdict)

    @cached_property
    def incidents(self) -> list[Incident]:
        """The occurrences of causes, by time."""
        return [_incident(record) for record in self._data["incidents"]]

    @cached_property
    def not_explained(self) -> list[NotExplained]:
        """The codes of findings that belong to no incident, the worst first."""
        return [NotExplained(**_with_places(record)) for record in self._data["not_explained"]]

    def to_pandas(self) -> pandas.DataFrame:
        """A `pandas.DataFrame` with a row for each incident: `cause`, `title`, when and where it was
        first and last seen, the findings that show it and that follow from it, and its session.
        Needs pandas.
        """
        import pandas

        rows = [_row(one) for one in self.incidents]
        frame = pandas.DataFrame(rows, columns=_INCIDENT_COLUMNS)
        for name in ("first_time", "last_time"):
            frame[name] = pandas.to_datetime(frame[name])
        return frame

    def to_dict(self) -> dict[str, Any]:
        """What `imerr-annotate diagnose --format json` writes, of the same files and options."""
        document: dict[str, Any] = json.loads(self._document)
        return document

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        count = len(self._data["incidents"])
        counts = f"{count} incident{'' if count == 1 else 's'}"
        findings = f"{self._data['explained']} of {self._data['findings']} findings explained"
        text = f": {self.verdict.text}" if self.verdict else ""
        return f"<imerr.Diagnosis: {counts}, {findings}{text}>"

    def _repr_html_(self) -> str:
        if not self.incidents and not self.not_explained:
            return f"<p>{escape(self._text.strip())}</p>"
        text = self.verdict.text if self.verdict else self._text.partition("\n")[0]
        html = f"<p><b>{escape(text)}</b></p>"
        if self.incidents:
            rows = [_html_incident(one) for one in self.incidents[:_SHOWN_INCIDENTS]]
            html += _html_table(_INCIDENT_HEAD, rows, len(self.incidents), "more incidents")
        if self.not_explained:
            rows = [_html_code(one) for one in self.not_explained[:_SHOWN_CODES]]
            html += _html_table(_CODE_HEAD, rows, len(self.not_explained), "more codes")
        return html


def _file(name: Any) -> str:
    """The name of a file; one that is not UTF-8 is base64 of its bytes in the document."""
    if isinstance(name, str):
        return name
    import base64

    return base64.b64decode(name["bytes"]).decode(errors="replace")


def _place(record: dict[str, Any]) -> Place:
    return Place(_file(record["file"]), record["line"], record["time"])


def _with_places(record: dict[str, Any]) -> dict[str, Any]:
    return record | {"first": _place(record["first"]), "last": _place(record["last"])}


def _signals(records: list[dict[str, Any]]) -> tuple[Signal, ...]:
    either: dict[str, Any] = {"code": None, "event": None}
    return tuple(Signal(**(either | _with_places(record))) for record in records)


def _incident(record: dict[str, Any]) -> Incident:
    ended_by = record["ended_by"] or {}
    at = ended_by.get("at")
    excerpts = [Excerpt(_place(one["at"]), one["text"]) for one in record["excerpts"]]
    parts = {
        "session": Session(**record["session"]),
        "starts": _signals(record["starts"]),
        "consequences": _signals(record["consequences"]),
        "because": tuple(record["because"]),
        "ended_by": ended_by.get("event"),
        "ended_at": None if at is None else _place(at),
        "excerpts": tuple(excerpts),
        "known": tuple(Ticket(**one) for one in record["known"]),
    }
    return Incident(**(_with_places(record) | parts))


def _named(signals: tuple[Signal, ...]) -> str:
    more = ", ..." if len(signals) > _SHOWN_SIGNALS else ""
    return ", ".join(map(str, signals[:_SHOWN_SIGNALS])) + more


def _row(one: Incident) -> tuple[object, ...]:
    starts = sum(signal.count for signal in one.starts)
    consequences = sum(signal.count for signal in one.consequences)
    first, last = one.first, one.last
    what = (one.cause, one.title, one.confidence, starts, consequences)
    return (*what, first.time, last.time, first.file, first.line, one.session.key, one.fix)


def _html_incident(one: Incident) -> tuple[object, ...]:
    time = (one.first.time or "").replace("T", " ").partition(".")[0]
    tickets = "".join(f" ({known.ticket})" for known in one.known)
    title = one.title + tickets
    starts, then = _named(one.starts), _named(one.consequences)
    return time, one.first, title, starts, then, one.fix, one.verify


def _html_code(one: NotExplained) -> tuple[object, ...]:
    return one.code, one.count, one.severity or "unknown", one.meaning, one.remedy, one.first


def _html_table(
    names: Sequence[str], rows: list[tuple[object, ...]], count: int, more: str
) -> str:
    html = "<table><tr>" + "".join(f"<th>{name}</th>" for name in names) + "</tr>"
    for row in rows:
        cells = (f"<td style='text-align:left'>{escape(str(value))}</td>" for value in row)
        html += f"<tr>{''.join(cells)}</tr>"
    note = f"<p>{count - len(rows)} {more}</p>" if count > len(rows) else ""
    return f"{html}</table>{note}"
