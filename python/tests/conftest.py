"""What the tests share: the program, and the fixtures of the repository."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from imerr.__main__ import program as find_program

ROOT = Path(__file__).parents[2]
LOGS = sorted((ROOT / "fixtures" / "logs").iterdir())


class Program:
    """The program that the wheel installs."""

    def __init__(self, path: str) -> None:
        self.path = path

    def run(self, *arguments: str | Path, stdin: bytes = b"") -> bytes:
        command = [self.path, "--no-config", *map(str, arguments)]
        # A wide output for people is as wide as the variable says.
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        done = subprocess.run(
            command, input=stdin, capture_output=True, check=False, env=environment
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def records(self, *arguments: str | Path) -> list[dict[str, Any]]:
        """The records of findings that `--format jsonl` writes."""
        lines = self.run("--format", "jsonl", *arguments).splitlines()
        return [record for record in map(json.loads, lines) if record["type"] == "match"]


class Failing:
    """A file object whose bytes cannot be read."""

    def read(self, size: int) -> bytes:
        raise ZeroDivisionError


class Waiting(io.BytesIO):
    """A file object that is read only after another thread of Python has run."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reading, self._fed = threading.Event(), threading.Event()
        threading.Thread(target=self._feed, daemon=True).start()

    def _feed(self) -> None:
        assert self._reading.wait(60)
        self._fed.set()

    def read(self, size: int | None = -1) -> bytes:
        self._reading.set()
        assert self._fed.wait(60)
        return super().read(size)


def errors_after_control_c(function: str) -> bytes:
    """What Python prints if Ctrl-C comes while a function of `imerr` reads an endless file."""
    script = (
        "import imerr, sys\n"
        "class Endless:\n"
        "    def read(self, size):\n"
        "        print('reading', flush=True)\n"
        "        return b'x\\n' * (size // 2)\n"
        f"imerr.{function}(Endless())\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"reading\n"
    child.send_signal(signal.SIGINT)
    return child.communicate(timeout=120)[1]


@pytest.fixture(scope="session")
def program() -> Program:
    path = find_program()
    assert path is not None, "the wheel has the program"
    return Program(path)


@pytest.fixture(params=LOGS, ids=lambda path: path.name)
def log(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path
