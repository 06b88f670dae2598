"""`python -m imerr`: the program `imerr-annotate`, which the wheel installs beside Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path


def program() -> str | None:
    """The path of the program that was installed with this package."""
    name = "imerr-annotate" + (sysconfig.get_config_var("EXE") or "")
    folders = [Path(sysconfig.get_path("scripts"))]
    user = sysconfig.get_preferred_scheme("user")
    folders.append(Path(sysconfig.get_path("scripts", user)))
    # `pip install --target DIR` puts programs into DIR/bin.
    folders.append(Path(__file__).parent.parent / "bin")
    for folder in folders:
        if (folder / name).is_file():
            return str(folder / name)
    return shutil.which(name)


def main() -> int:
    path = program()
    if path is None:
        print(
            "imerr: the program imerr-annotate is not installed; "
            "this package was not installed from a wheel",
            file=sys.stderr,
        )
        return 2
    arguments = [path, *sys.argv[1:]]
    if os.name == "nt":
        return subprocess.call(arguments)
    os.execv(path, arguments)


if __name__ == "__main__":
    sys.exit(main())
