#!/usr/bin/env python3
"""Shows how the cost grows with the catalog, the markers and the number of files, and prints three tables.

  scale.py PROGRAM [--mib N] [--runs N] [--files N]

`start` is the processor time of a run over an empty file, and `count` that of `--count -j1` over a mixed log, without the
start. Medians of processor time count, so another program on the machine disturbs little. Each run checks what it found.
"""
import argparse
import os
import resource
import statistics
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
GIB = 1 << 30
# Codes of the catalogs that are made begin here: the built-in catalog has none of them.
FIRST_CODE = 1_000_000


def run(command, expected=None):
    """The processor seconds of a run, whose output is checked."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1) or expected is not None and done.stdout.strip() != expected:
        raise SystemExit(f"{command}: status {done.returncode}, {done.stdout[:200]} {done.stderr[:500]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def median(options, command, expected=None):
    return statistics.median(run(command, expected) for _ in range(options.runs))


def entries(path, number):
    """A catalog of so many codes, each with a name, texts and two hints."""
    with path.open("w") as file:
        file.write('system = "scale"\n')
        for code in range(FIRST_CODE, FIRST_CODE + number):
            file.write(
                f'[[entry]]\ncode = {code}\nnames = ["ERR_SCALE_{code}"]\ncategory = "cart"\nkind = "conflict"\n'
                f'severity = "warning"\nmeaning = "The cart {code} is locked by another device."\n'
                f'remedy = "Read the cart {code} again and repeat the change."\nretry = "backoff"\nstatus = "current"\n'
                f'hints = ["cart {code}", "locked {code}"]\n'
            )


def markers(path, number):
    """Rules of so many markers, each with eight words."""
    with path.open("w") as file:
        for marker in range(number):
            words = ", ".join(f'"ScaleWord{marker}x{word}"' for word in range(8))
            file.write(
                f'[[marker]]\nname = "scale-{marker}"\nweight = 5\nwords = [{words}]\n'
                f'found = ["imsdk ScaleWord{marker}x0 code: 6206"]\nignored = ["ScaleWord{marker}x0"]\n'
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--mib", type=int, default=256)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", type=int, default=1_000_000)
    options = parser.parse_args()
    program = [options.program, "--no-config"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        log, empty, extra = folder / "log", folder / "empty", folder / "extra.toml"
        subprocess.run([HERE / "corpus.py", log, "--mib", str(options.mib), "--density", "0.001"], stdout=subprocess.DEVNULL, check=True)
        empty.touch()
        run_of = [*program, "-j1", "--count"]
        coded = subprocess.run([*run_of, log], stdout=subprocess.PIPE, check=True).stdout.strip()
        for title, make, numbers in (
            ("codes beside the built-in ones", entries, (0, 1_000, 10_000, 100_000)),
            ("markers beside the built-in ones", markers, (0, 10, 30, 60)),
        ):
            print(f"\n| {title} | start, ms | count, s per GiB |\n| ---: | ---: | ---: |")
            for number in numbers:
                make(extra, number)
                added = ["--catalog", extra] if number else []
                start = median(options, [*run_of, *added, empty])
                counted = median(options, [*run_of, *added, log], coded)
                print(f"| {number:,} | {start * 1e3:.1f} | {(counted - start) * GIB / log.stat().st_size:.2f} |")
        print("\n| empty files | a run, ms | a file, us |\n| ---: | ---: | ---: |")
        files, made, number = folder / "files", 0, 1
        while number <= options.files:
            for made in range(made, number):
                path = files / f"{made // 1000}" / f"{made}.log"
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_CREAT))
            made = number
            seconds = median(options, [*program, "--quiet", files])
            print(f"| {number:,} | {seconds * 1e3:.1f} | {seconds / number * 1e6:.1f} |")
            number *= 100 if number == 1 else 10


if __name__ == "__main__":
    main()
