"""Finds Tencent Cloud IM (Chat) error codes in logs, tables and notebooks, and explains them.

>>> import imerr
>>> imerr.annotate("imsdk: login failed, code: 6206")
'imsdk: login failed, code: 6206 [imerr 6206 sdk/account error: The UserSig has expired. -> ...]'
>>> imerr.explain(6206)[0].remedy
'Get a new UserSig from your server and log in again.'
>>> [(finding.row, finding.code) for finding in imerr.find(["start", "imsdk code: 6206"])]
[(1, 6206)]

All functions take the options of the program `imerr-annotate` as keywords, with `_` in place of `-`:
`min_confidence`, `code`, `system`, `category`, `kind`, `severity`, `retry`, `status`, `unknown`,
`prefer_system`, `assume_im`, `lang`, `catalog`, `also`; for files `since`, `until`, `glob`, `tail`,
`encoding`, `threads`; for a diagnosis `causes`, `session_key`, `known`; for annotations `format`,
`json_key`.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, BinaryIO, SupportsIndex

from ._annotator import Annotator, ImerrWarning, InputError, Lines
from ._diagnosis import (
    Diagnosis,
    Excerpt,
    Incident,
    NotExplained,
    Place,
    Session,
    Signal,
    Ticket,
    Verdict,
)
from ._entries import Entries, Entry
from ._imerr import __version__
from ._options import listed
from ._table import CatalogTable, Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from typing_extensions import Unpack

    from ._annotator import Source
    from ._options import Options, StrPath

__all__ = [
    "Annotator",
    "CatalogTable",
    "Diagnosis",
    "Entries",
    "Entry",
    "Excerpt",
    "Finding",
    "Findings",
    "ImerrWarning",
    "Incident",
    "InputError",
    "NotExplained",
    "Place",
    "Session",
    "Signal",
    "Ticket",
    "Verdict",
    "__version__",
    "annotate",
    "annotate_file",
    "annotate_files",
    "catalog",
    "diagnose",
    "explain",
    "find",
    "find_file",
    "search",
    "stats",
]

# The annotators of the last options. Files may change between calls, times and globs depend on when
# and where a call is.
_annotators: OrderedDict[str, Annotator] = OrderedDict()
_KEPT_ANNOTATORS = 16
_NOT_KEPT = frozenset({"catalog", "causes", "known", "since", "until", "glob"})


@listed
def annotate(lines: Lines, **options: Unpack[Options]) -> Lines:
    """Adds the meaning and remedy of each code to lines, and returns lines of the same kind.

    `lines` is a str, bytes, a list or tuple of them, an Arrow array or chunked array, or a pandas or
    Polars series. Null stays null. A value may have several lines. One without a line feed
    at its end counts as a line that was cut there: a carriage return at its end stays at the end.
    Bytes are not decoded; `annotate_file` does that. An annotation of an earlier call stays.

    >>> annotate(["imsdk code: 6206", None, b"nothing here"])
    ['imsdk code: 6206 [imerr 6206 sdk/account error: ...]', None, b'nothing here']
    >>> annotate('{"ErrorCode": 70001}', lang="zh")
    '{"ErrorCode": 70001,"imerr":{"code":70001,"known":true,...}}'

    Raises `TypeError` for other kinds of lines, naming the element, and `OverflowError` if the lines
    of an Arrow array with 32-bit offsets exceed 2 GiB.
    """
    return _annotator(options).annotate(lines)


@listed
def find(lines: object, **options: Unpack[Options]) -> Findings:
    """Finds the codes in lines, which are of the same kinds as for `annotate`, or any iterable.

    The column `row` of the result is the index of the value in `lines`, from 0. Codes that are in no
    catalog are findings with `known` False, unless `unknown=False`.

    >>> found = find(["start", "imsdk code: 6206, then code: 70001"], severity="error")
    >>> found
    <imerr.Findings: 2 findings of 2 codes: 6206 x1, 70001 x1>
    >>> found[0].row, found[0].code, found[0].meaning
    (1, 6206, 'The UserSig has expired.')
    """
    return _annotator(options).find(lines)


@listed
def find_file(source: Source, *, errors: str = "raise", **options: Unpack[Options]) -> Findings:
    """Finds the codes in files on all processors.

    `source` is the path of a file or directory, a list of paths, or a binary file object. Compressed
    files (gzip, zstd, xz, bzip2, lz4), archives (zip, tar), UTF-16, GB18030 and Big5 are read.
    Findings have the name of the file in the column `file`. Other Python threads run meanwhile, and
    Ctrl-C stops it. `glob="*.log"` selects files of directories and members of archives, and
    `tail=1000` reads only so many lines at the end of each plain file; `line` then counts from there.

    Raises `InputError` if a file cannot be read to its end; with `errors="warn"`, that is a warning,
    and the findings have `errors`.
    """
    return _annotator(options).find_file(source, errors=errors)


@listed
def stats(source: Source, *, errors: str = "raise", **options: Unpack[Options]) -> dict[str, Any]:
    """Counts the codes in files: what `imerr-annotate stats --format json` writes.

    `source` and `errors` are as for `find_file`. Codes and causes are in the order of what to fix
    first. Codes that are in no catalog count with `unknown=True`.
    """
    return _annotator(options).stats(source, errors=errors)


@listed
def diagnose(source: Source, *, errors: str = "raise", **options: Unpack[Options]) -> Diagnosis:
    """Finds what went wrong first in files, and which codes only follow from it.

    `source` and `errors` are as for `find_file`; several files that are rotations of one log are
    read as one log. `causes` are TOML files with further causes. `session_key` is a regular
    expression that tells the runs of an app apart: its group `session`, or all of it. `known` is a
    TOML file with the tickets of a team. `lang` is the language of the texts.

    `verdict` is the cause that explains most of the findings, or None. `incidents` are the
    occurrences of causes, by time, and `not_explained` the codes that belong to none; each finding is
    in one of the two. Lines count from 1; times are local times of the log, in ISO 8601. `to_dict()`
    is what `imerr-annotate diagnose --format json` writes, and `print` shows what it writes for
    people. It takes about as long as `find_file`, with bounded memory. Other Python threads run
    meanwhile, and Ctrl-C stops it.

    >>> import io
    >>> log = b"10:00:00 imsdk login failed, code: 6206\\n10:00:01 imsdk send failed, code: 6014\\n"
    >>> diagnosis = diagnose(io.BytesIO(log))
    >>> diagnosis.verdict.cause
    'usersig-expired'
    >>> [(one.code, one.count) for one in diagnosis.incidents[0].consequences]
    [(6014, 1)]
    >>> diagnosis.not_explained
    []

    Raises `InputError`, whose `diagnosis` is of what was read, if a file cannot be read to its end;
    `ValueError` for a problem in `causes`, `known` or `session_key`; and `OSError` if one of these
    files cannot be read.
    """
    return _annotator(options).diagnose(source, errors=errors)


@listed
def annotate_file(
    source: Source, target: StrPath | BinaryIO, **options: Unpack[Options]
) -> None:
    """Writes the annotated `source` to `target`, the same bytes as the program writes.

    `source` is as for `find_file`. `target` is a path, which has the whole output or stays as it
    was, or a binary file object. Several files follow each other; `annotate_files` writes a copy of
    each.

    Raises `InputError` if a file cannot be read to its end, and `ValueError` if `target` is a source.
    """
    _annotator(options).annotate_file(source, target)


@listed
def annotate_files(
    source: StrPath | Iterable[StrPath],
    directory: StrPath,
    *,
    errors: str = "raise",
    **options: Unpack[Options],
) -> list[Path]:
    """Writes an annotated copy of each file to the same place below `directory`.

    `source` is a file, a directory or a list of them. A copy has the path of its file below that
    directory; of files that are named, below the directory that all of them are in. Compressed files and archives are written as plain text, under their old name. A copy
    has the whole output or is not written. Returns the paths of the copies.

    Raises `InputError` after the last file if some cannot be read to their end; with
    `errors="warn"`, that is a warning.
    """
    return _annotator(options).annotate_files(source, directory, errors=errors)


@listed
def explain(code: SupportsIndex | float | str, /, **options: Unpack[Options]) -> Entries:
    """The entries of a code or name: several if several systems have the code.

    A code is a number of any type, also one of NumPy and a float such as 6206.0.

    >>> explain("ERR_USER_SIG_EXPIRED")[0].code
    6206

    The filters, such as `system`, select entries. Raises `LookupError`, which names near codes, if no
    catalog has it.
    """
    return _annotator(options).explain(code)


@listed
def search(words: str, **options: Unpack[Options]) -> Entries:
    """The entries in which all words occur, or most, in English or Chinese, best first. The filters,
    such as `system`, select entries.

    >>> 6206 in [entry.code for entry in search("usersig expired")]
    True
    """
    return _annotator(options).search(words)


@listed
def catalog(**options: Unpack[Options]) -> CatalogTable:
    """All entries as a table to join with: `code`, `system`, `meaning`, `remedy`, ...

    A range of codes has no `code`; `first` and `last` are its ends. The filters, such as `system`,
    select entries.

    >>> catalog(code=6206)[0]["names"]
    'ERR_USER_SIG_EXPIRED'
    """
    return _annotator(options).catalog()


def _annotator(options: Options) -> Annotator:
    key = repr(sorted(options.items()))
    is_kept = options.keys().isdisjoint(_NOT_KEPT)
    annotator = _annotators.get(key) if is_kept else None
    if annotator is None:
        annotator = Annotator(**options)
        if is_kept:
            _annotators[key] = annotator
        while len(_annotators) > _KEPT_ANNOTATORS:
            _annotators.popitem(last=False)
    return annotator


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: Any) -> None:
    """Adds the magic `%%imerr` to a notebook: `%load_ext imerr`."""
    from .notebook import register

    register(shell)


if "pandas" in sys.modules:
    from . import pandas as _pandas  # noqa: F401
