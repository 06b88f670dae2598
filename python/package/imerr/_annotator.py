"""`Annotator`: options with the functions of the package as methods."""

from __future__ import annotations

import json
import operator
import os
import re
import sys
import warnings
from collections.abc import Iterable
from errno import EISDIR, ENOENT
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, BinaryIO, SupportsIndex, TypeVar, cast

from . import _imerr, _options
from ._diagnosis import Diagnosis
from ._entries import Entries, from_json
from ._table import CatalogTable, Findings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options, StrPath

    Source = StrPath | BinaryIO | Iterable[StrPath]

Lines = TypeVar("Lines")

# A longer line is no path.
_LONGEST_PATH = 256
# Messages name so many files.
_NAMED_FILES = 5
# What makes a name a pattern of file names.
_PATTERN = re.compile(r"[*?]|\[.*\]")


class ImerrWarning(UserWarning):
    """Something that may have kept codes from being found."""


class InputError(OSError):
    """Files could not be read, or not to their end. The message names each with the cause.

    `findings`, or for `diagnose` the `diagnosis`, are of the other files and of what was read before.
    """

    def __init__(
        self,
        errors: list[tuple[str, str]],
        findings: Findings | None = None,
        diagnosis: Diagnosis | None = None,
    ) -> None:
        named = [f"{name}: {cause}" for name, cause in errors[:_NAMED_FILES]]
        if len(errors) > _NAMED_FILES:
            named.append(f"and {len(errors) - _NAMED_FILES} more files, which are in `errors`")
        super().__init__("; ".join(named))
        self.errors = errors
        self.findings = findings
        self.diagnosis = diagnosis

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.errors, self.findings, self.diagnosis)


class Annotator:
    """Codes, rules and options, prepared once for many calls.

    Options have the names and values of those of the program, with `_` in place of `-`. Lists are
    lists or strings with commas. It can be shared by threads, and pickled with its catalogs.

    >>> annotator = Annotator(lang="zh", min_confidence="high")
    >>> annotator.annotate("imsdk: login failed, code: 6206")
    'imsdk: login failed, code: 6206 [imerr 6206 sdk/account error: UserSig 已过期。 -> ...]'

    Raises `TypeError` for an unknown option, `ValueError` for a wrong value or a problem in a
    catalog, and `OSError` for a catalog that cannot be read.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        self._options = _options.normalize(options)
        self._engine = _imerr.Engine(self._options)

    def __getstate__(self) -> dict[str, object]:
        return self._options

    def __setstate__(self, options: dict[str, object]) -> None:
        self._options = options
        self._engine = _imerr.Engine(options)

    def __repr__(self) -> str:
        defaults = _options.normalize({})
        names = [name for name, value in self._options.items() if value != defaults[name]]
        shown = (f"{name}={self._options[name]!r}" for name in names if name != "catalog")
        catalogs = ["catalog=..."] if "catalog" in names else []
        return f"imerr.Annotator({', '.join([*shown, *catalogs])})"

    def annotate(self, lines: Lines) -> Lines:
        """See `imerr.annotate`."""
        self._refuse_file_options()
        annotated: Lines = _annotate(self._engine, lines)
        return annotated

    def find(self, lines: object) -> Findings:
        """See `imerr.find`."""
        self._refuse_file_options()
        found = Findings(_find(self._engine, lines))
        if isinstance(lines, str) and not found and _is_path(lines):
            _warn([(lines, "searched as a line; to search the file, use find_file")])
        return found

    def find_file(self, source: Source, *, errors: str = "raise") -> Findings:
        """See `imerr.find_file`."""
        return self._find_files(source, errors, unknown=True)

    def stats(self, source: Source, *, errors: str = "raise") -> dict[str, Any]:
        """See `imerr.stats`."""
        return self._find_files(source, errors, unknown=False).stats()

    def diagnose(self, source: Source, *, errors: str = "raise") -> Diagnosis:
        """See `imerr.diagnose`."""
        _check_errors(errors)
        paths, reader = self._paths(source)
        document, text, failed, notices = self._engine.diagnose_files(paths, reader)
        failed = _with_hints(failed)
        diagnosis = Diagnosis(document, text, failed)
        _warn(notices)
        if failed and errors == "raise":
            raise InputError(failed, diagnosis=diagnosis)
        _warn(failed)
        return diagnosis

    def annotate_file(self, source: Source, target: StrPath | BinaryIO) -> None:
        """See `imerr.annotate_file`."""
        paths, reader = self._paths(source)
        if not isinstance(target, (str, os.PathLike)):
            return self._write(paths, reader, target)
        target = Path(target)
        if not target.parent.is_dir():
            raise FileNotFoundError(ENOENT, "no such directory", str(target.parent))
        if target.is_dir():
            raise IsADirectoryError(EISDIR, "is a directory; use annotate_files", str(target))
        _refuse_same_file(target, paths)
        part = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            with part.open("xb") as out:
                self._write(paths, reader, out)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return None

    def annotate_files(
        self, source: StrPath | Iterable[StrPath], directory: StrPath, *, errors: str = "raise"
    ) -> list[Path]:
        """See `imerr.annotate_files`."""
        _check_errors(errors)
        copies: dict[Path, Path] = {}
        taken: set[Path] = set()
        named = [source] if isinstance(source, (str, os.PathLike)) else source
        roots = [Path(root) for root in named]
        parents = [root.parent.absolute() for root in roots if not root.is_dir()]
        common = Path(os.path.commonpath(parents)) if parents else Path()
        for root in roots:
            for file in self._walk(root):
                below = file.relative_to(root) if root.is_dir() else file.absolute().relative_to(common)
                copy = Path(directory, below)
                if copy in taken:
                    raise ValueError(f"{file} and another file would both be written to {copy}")
                taken.add(copy)
                copies[file] = copy
        written: list[Path] = []
        failed: list[tuple[str, str]] = []
        for file, copy in copies.items():
            copy.parent.mkdir(parents=True, exist_ok=True)
            try:
                self.annotate_file(file, copy)
                written.append(copy)
            except InputError as error:
                failed += error.errors
        if failed and errors == "raise":
            raise InputError(failed)
        _warn(failed)
        return written

    def explain(self, code: SupportsIndex | float | str, /) -> Entries:
        """See `imerr.explain`."""
        return from_json(self._engine.explain(_code(code)))

    def search(self, words: str) -> Entries:
        """See `imerr.search`."""
        if not isinstance(words, (str, int)):
            raise TypeError(f"the words are a string, not {words!r}")
        return from_json(self._engine.search(str(words)))

    def catalog(self) -> CatalogTable:
        """See `imerr.catalog`."""
        return CatalogTable(self._engine.catalog())

    def _find_files(self, source: Source, errors: str, unknown: bool) -> Findings:
        _check_errors(errors)
        paths, reader = self._paths(source)
        found = self._engine.find_files(paths, reader, unknown=unknown)
        table, stats, failed, notices = found
        failed = _with_hints(failed)
        findings = Findings(table, stats, failed)
        self._warn_without_files(stats, failed)
        _warn(notices)
        if failed and errors == "raise":
            raise InputError(failed, findings)
        _warn(failed)
        return findings

    def _write(self, paths: list[Path], reader: BinaryIO | None, out: BinaryIO) -> None:
        errors, notices = self._engine.annotate_files(paths, out, reader)
        _warn(notices)
        if errors:
            raise InputError(_with_hints(errors))

    def _warn_without_files(self, stats: str, failed: list[tuple[str, str]]) -> None:
        globs = cast("list[str]", self._options["glob"])
        if globs and not failed and json.loads(stats)["files"] == 0:
            hint = ""
            if any("/" in glob for glob in globs):
                hint = "; a glob with a slash is for the whole name: try '**/' in front of it"
            _warn([("glob", f"no file matches {', '.join(map(repr, globs))}{hint}")])

    def _refuse_file_options(self) -> None:
        for name in ("since", "until", "glob", "tail"):
            if self._options[name] not in (None, []):
                what = "files" if name == "glob" else "lines of files"
                raise ValueError(f"{name} selects {what}; use find_file or annotate_file")

    def _paths(self, source: Source) -> tuple[list[Path], BinaryIO | None]:
        """The files to read; for a file object, its name and itself."""
        if isinstance(source, (str, os.PathLike)):
            return self._walk(Path(source)), None
        if hasattr(source, "read"):
            name = getattr(source, "name", None)
            return [Path(name if isinstance(name, str) else "stream")], cast("BinaryIO", source)
        if not isinstance(source, Iterable):
            raise TypeError(f"a file is a path or a binary file object, not {source!r}")
        return [file for path in source for file in self._walk(Path(path))], None

    def _walk(self, path: Path) -> list[Path]:
        """The path; of a directory, all files in it, sorted as the program sorts them."""
        if not path.is_dir():
            return [path]
        files: list[Path] = []
        for entry in sorted(path.iterdir(), key=lambda entry: os.fsencode(entry.name)):
            is_dir = entry.is_dir()
            if entry.is_symlink() or not self._engine.is_selected(entry, is_dir):
                continue
            if is_dir:
                files += self._walk(entry)
            elif entry.is_file():
                files.append(entry)
        return files


def _check_errors(errors: str) -> None:
    if errors not in ("raise", "warn"):
        raise ValueError(f"errors is {errors!r}; it is 'raise' or 'warn'")


def _with_hints(errors: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The errors; that of a pattern names the option for patterns."""
    hinted = []
    for name, cause in errors:
        pattern = Path(name).name
        if _PATTERN.search(name) and not Path(name).exists():
            is_simple = not _PATTERN.search(str(Path(name).parent))
            hint = f"name a directory and glob={pattern!r}" if is_simple else "use glob.glob"
            cause += f"; for a pattern, {hint}"
        hinted.append((name, cause))
    return hinted


def _warn(messages: list[tuple[str, str]]) -> None:
    """Warns in the name of the caller of the package: Python shows a warning of a line only once."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and _is_of_package(frame):
        level, frame = level + 1, frame.f_back
    for name, text in messages[:_NAMED_FILES]:
        warnings.warn(f"{name}: {text}", ImerrWarning, stacklevel=level)
    if len(messages) > _NAMED_FILES:
        more = f"{len(messages) - _NAMED_FILES} more files have warnings or errors"
        warnings.warn(more, ImerrWarning, stacklevel=level)


def _is_of_package(frame: FrameType) -> bool:
    # Code that is passed to `eval` may have no module.
    return str(frame.f_globals.get("__name__")).partition(".")[0] == "imerr"


def _refuse_same_file(target: Path, sources: list[Path]) -> None:
    for source in sources:
        if target.exists() and source.exists() and target.samefile(source):
            raise ValueError(f"{target} is an input, and the output would replace it")


def _code(code: object) -> str:
    """A number of any type, also a float such as 6206.0, or a name, as text."""
    if isinstance(code, str):
        return code.strip()
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    try:
        return str(operator.index(cast("SupportsIndex", code)))
    except TypeError:
        raise TypeError(f"a code is a number or a name, not {code!r}") from None


def _is_path(line: str) -> bool:
    return len(line) < _LONGEST_PATH and "\n" not in line and "\0" not in line and Path(line).exists()


def _is_of(module: str, value: object) -> bool:
    """Whether the type of `value` is defined in `module`, which need not be imported for that."""
    return type(value).__module__.partition(".")[0] == module


def _find(engine: _imerr.Engine, lines: object) -> _imerr.Table:
    if isinstance(lines, (str, bytes)):
        return engine.find_list([lines])
    if _is_of("pandas", lines) and hasattr(lines, "dtype"):
        return engine.find_list(_pandas_values(lines))
    if hasattr(lines, "__arrow_c_array__") or hasattr(lines, "__arrow_c_stream__"):
        return engine.find_arrow(lines)
    if isinstance(lines, list):
        return engine.find_list(lines)
    if isinstance(lines, Iterable):
        return engine.find_list(list(lines))
    raise _not_lines(lines)


def _annotate(engine: _imerr.Engine, lines: Any) -> Any:
    if isinstance(lines, str):
        return engine.annotate_str(lines)
    if isinstance(lines, bytes):
        return engine.annotate_bytes(lines)
    if isinstance(lines, (list, tuple)):
        return type(lines)(engine.annotate_list(list(lines)))
    if _is_of("pandas", lines) and hasattr(lines, "dtype"):
        return _annotate_pandas(engine, lines)
    if hasattr(lines, "__arrow_c_array__") or hasattr(lines, "__arrow_c_stream__"):
        return _like(lines, engine.annotate_arrow(lines))
    raise _not_lines(lines)


def _not_lines(lines: object) -> TypeError:
    hint = "; use list(...)" if isinstance(lines, Iterable) else ""
    return TypeError(
        f"lines are str, bytes, a list, an Arrow array or a series, not {type(lines).__name__}{hint}"
    )


def _like(lines: object, annotated: Any) -> Any:
    """The annotated array in the library of `lines`."""
    if _is_of("pyarrow", lines):
        import pyarrow

        if hasattr(annotated, "__arrow_c_array__"):
            return pyarrow.array(annotated)
        return pyarrow.chunked_array(annotated)
    if _is_of("polars", lines):
        import polars

        return polars.Series(getattr(lines, "name", ""), annotated)
    return annotated


def _pandas_values(series: Any) -> list[Any]:
    """The values; None for missing ones."""
    missing = series.isna()
    if not missing.any():
        return list(series)
    return [None if is_missing else value for value, is_missing in zip(series, missing)]


def _annotate_pandas(engine: _imerr.Engine, series: Any) -> Any:
    if series.dtype == "category":
        categories = series.cat if hasattr(series, "cat") else series
        annotated = engine.annotate_list(list(categories.categories))
        if len(set(annotated)) == len(annotated):
            return categories.rename_categories(annotated)
        # An annotated line stays as it is, and so can be equal to that of another category.
        return _annotate_pandas(engine, series.astype(object)).astype("category")
    values = _pandas_values(series)
    annotated = engine.annotate_list(values)
    if None in values:
        pairs = zip(annotated, series)
        annotated = [old if new is None else new for new, old in pairs]
    pandas = sys.modules["pandas"]
    if isinstance(series, pandas.Series):
        return pandas.Series(annotated, index=series.index, name=series.name, dtype=series.dtype)
    return pandas.Index(annotated, name=series.name, dtype=series.dtype)
