"""The options, which have the names and values of those of the program `imerr-annotate`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from difflib import get_close_matches
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

    StrPath: TypeAlias = "str | os.PathLike[str]"
    Words: TypeAlias = "str | Iterable[str]"
    Codes: TypeAlias = "str | int | Iterable[str | int]"

    class Options(TypedDict, total=False):
        """The options of a call. All have the default of the program."""

        # Codes
        catalog: StrPath | Iterable[StrPath]
        also: Words
        lang: str
        # Which findings count
        min_confidence: str
        unknown: bool
        prefer_system: str
        assume_im: bool
        code: Codes
        system: Words
        category: Words
        kind: Words
        severity: Words
        retry: Words
        status: Words
        # Files
        since: str | date | timedelta
        until: str | date | timedelta
        glob: StrPath | Iterable[StrPath]
        tail: int
        encoding: str
        threads: int
        # Diagnosis
        causes: StrPath | Iterable[StrPath]
        session_key: str
        known: StrPath
        # Annotations
        format: str
        json_key: str


_LISTS = ("also", "code", "system", "category", "kind", "severity", "retry", "status")
_DEFAULTS: dict[str, object] = {
    "lang": "en",
    "min_confidence": "medium",
    "unknown": None,
    "prefer_system": None,
    "assume_im": False,
    "since": None,
    "until": None,
    "tail": None,
    "session_key": None,
    "encoding": "auto",
    "threads": None,
    "format": "auto",
    "json_key": "imerr",
}
# Options of one file or several, which are read, and of globs, in which a comma is no separator.
_PATHS = ("catalog", "causes", "glob")
NAMES = (*_PATHS, "known", *_LISTS, *_DEFAULTS)
# All Chinese locales have the same texts.
_CHINESE = re.compile(r"cn|zh([-_][a-z]+)*", re.IGNORECASE)

Function = TypeVar("Function", bound=Callable[..., Any])


def listed(function: Function) -> Function:
    """Lists the options in the signature of `function`, for `help` and for libraries that look at it.

    Annotations are left out there: they name what is imported for type checkers only.
    """
    parameters = []
    for parameter in signature(function).parameters.values():
        if parameter.kind is not Parameter.VAR_KEYWORD:
            parameters.append(parameter.replace(annotation=Parameter.empty))
    taken = {parameter.name for parameter in parameters}
    for name in NAMES:
        if name not in taken:
            default = None if name == "known" else _DEFAULTS.get(name, ())
            parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default))
    as_any = cast("Any", function)
    as_any.__signature__ = signature(function).replace(
        parameters=parameters, return_annotation=Parameter.empty
    )
    return function


def normalize(options: Options) -> dict[str, object]:
    """Checks the names and types of options, and reads the files that they name.

    Raises `TypeError` for an unknown option or a wrong type, `ValueError` for a negative number, and
    `OSError` for a file that cannot be read.
    """
    given = cast("dict[str, object]", options)
    for name in given:
        if name not in NAMES:
            near = get_close_matches(name.replace("-", "_"), NAMES, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; options are {', '.join(NAMES)}"
            # Polars looks for these words to know which keywords a function takes.
            raise TypeError(f"unexpected keyword argument {name!r}{hint}")
    normal = _DEFAULTS | {name: value for name, value in given.items() if name in _DEFAULTS}
    for name in _LISTS:
        normal[name] = _words(name, given.get(name, ()))
    for name in ("catalog", "causes"):
        normal[name] = _read_files(name, given.get(name, ()))
    normal["known"] = _read_file("known", given.get("known"))
    normal["glob"] = [os.fspath(glob) for glob in _paths("glob", given.get("glob", ()))]
    for name in ("since", "until"):
        value = normal[name]
        if isinstance(value, date):
            normal[name] = value.isoformat()
        if isinstance(value, timedelta):
            normal[name] = f"{round(value.total_seconds())}s"
    if isinstance(normal["lang"], str) and _CHINESE.fullmatch(normal["lang"]):
        normal["lang"] = "zh"
    for name, value in normal.items():
        _check_type(name, value)
    return normal


def _words(name: str, value: object) -> list[str]:
    """`"a,b"`, `["a", "b"]` or, for codes, `6206` as a list."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, Iterable):
        raise TypeError(f"{name} is {type(value).__name__}; it is a string or a list of strings")
    words: list[str] = []
    for word in value:
        if not isinstance(word, (str, int)):
            raise TypeError(f"{name} contains {word!r}; its elements are strings")
        words += [part.strip() for part in str(word).split(",") if part.strip()]
    return words


def _check_type(name: str, value: object) -> None:
    if value is None or name in _LISTS or name in _PATHS or name == "known":
        return
    wanted = {"unknown": bool, "assume_im": bool, "threads": int, "tail": int}.get(name, str)
    if not isinstance(value, wanted) or isinstance(value, bool) and wanted is int:
        raise TypeError(f"{name} is {value!r}; it is of the type {wanted.__name__}")
    if isinstance(value, int) and value < 0:
        raise ValueError(f"{name} is {value}; it is 0 or more")


def _paths(name: str, value: object) -> list[Any]:
    """The elements of a list of paths or globs; one alone is a list of one."""
    paths = [value] if isinstance(value, (str, os.PathLike)) else value
    if not isinstance(paths, Iterable):
        raise TypeError(f"{name} is {value!r}; it is a string, a path or a list of them")
    paths = list(paths)
    for path in paths:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"{name} contains {path!r}; its elements are strings or paths")
    return paths


def _read_files(name: str, value: object) -> list[tuple[str, bytes]]:
    """The names and contents of files; of a directory, those of its `*.toml` files."""
    read: list[tuple[str, bytes]] = []
    for one in _paths(name, value):
        path = Path(one)
        files = sorted(path.glob("[!.]*.toml")) if path.is_dir() else [path]
        if not files:
            raise FileNotFoundError(f"{name}: {path} contains no *.toml file")
        read += [(str(file), file.read_bytes()) for file in files]
    return read


def _read_file(name: str, value: object) -> tuple[str, bytes] | None:
    """The name and content of a file, if one is named."""
    if value is None:
        return None
    if not isinstance(value, (str, os.PathLike)):
        hint = "; unknown=False leaves out codes that are in no catalog" if value is False else ""
        raise TypeError(f"{name} is {value!r}; it is the path of a file of tickets{hint}")
    return str(value), Path(value).read_bytes()
