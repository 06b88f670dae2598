"""The notebook magic `%%imerr`."""

from __future__ import annotations

import shlex
import sys
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def register(shell: Any) -> None:
    """Adds the magic to an IPython shell."""

    def annotate_cell(line: str, cell: str) -> None:
        """Runs the cell, and annotates what it and its `!commands` print.

        Options: `%%imerr lang=zh severity=error`.
        """
        from IPython.core.error import UsageError
        from IPython.utils.capture import capture_output

        import imerr

        try:
            options: Any = dict(_option(word) for word in shlex.split(line))
            annotator = imerr.Annotator(**options)
        except (TypeError, ValueError, OSError) as error:
            raise UsageError(f"%%imerr: {error}") from error
        with capture_output() as output, _captured(shell):
            result = shell.run_cell(cell)
        sys.stdout.write(annotator.annotate(output.stdout))
        sys.stderr.write(annotator.annotate(output.stderr))
        shown: Any
        for shown in output.outputs:
            shown.display()
        raised: Any = result.error_in_exec
        if raised is not None:
            kind, trace = type(raised), raised.__traceback__
            lines = shell.InteractiveTB.structured_traceback(kind, raised, trace, tb_offset=1)
            rendered = annotator.annotate("\n".join(lines)).split("\n")
            raised._render_traceback_ = lambda: rendered
            raise raised

    shell.register_magic_function(annotate_cell, magic_kind="cell", magic_name="imerr")


@contextmanager
def _captured(shell: Any) -> Iterator[None]:
    """Lets `!command` print by Python, as it does in a notebook: in a terminal, it would print past
    what captures output. Shows no exception, since the cell with the magic raises it again.
    """
    system, showtraceback = shell.system, shell.showtraceback
    shell.system = shell.system_piped
    shell.showtraceback = lambda *_, **__: None
    try:
        yield
    finally:
        shell.system, shell.showtraceback = system, showtraceback


def _option(word: str) -> tuple[str, object]:
    """`lang=zh` or `--lang=zh`; a name alone, such as `unknown`, is true. Numbers, truth values and
    lists are written as in Python.
    """
    name, has_value, text = word.removeprefix("--").partition("=")
    if not has_value:
        return name, True
    try:
        value: object = literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    return name, value
