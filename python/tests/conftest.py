"""What the tests share: the program, and the fixtures of the repository."""

from __future__ import annotations

import json
import os
import subprocess
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


@pytest.fixture(scope="session")
def program() -> Program:
    path = find_program()
    assert path is not None, "the wheel has the program"
    return Program(path)


@pytest.fixture(params=LOGS, ids=lambda path: path.name)
def log(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path
