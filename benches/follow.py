#!/usr/bin/env python3
"""Counts the lines that -f loses or doubles while logrotate rotates, beside GNU tail -F.

Both follow the same log, to which programs write thousands of lines in a second. Each scenario runs
the real logrotate with other directives. Needs Linux, logrotate, zstd and xz.

    benches/follow.py                              each scenario once
    benches/follow.py --times 10 --jobs 4          as in the table of README.md
    benches/follow.py --times 3 create 'late 400'  some scenarios
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

RATE = 3000  # lines per second of all writers
FILLER = "x" * 60


@dataclasses.dataclass
class Scenario:
    directives: str
    """What logrotate does."""
    rotations: int = 4
    pause: float = 0.7
    """Seconds between two rotations."""
    late: tuple = (0,)
    """How many milliseconds each writer takes to open the new file."""
    writer: str = "lines"
    """How lines are written: whole, in halves, or one half on each side of a rotation."""
    stall: bool = False
    """Whether the followers are stopped during all rotations but the first."""
    files: str = ""
    """Names beside app.log to follow. They exist at the start."""
    args: str = ""


SCENARIOS = {
    "create": Scenario("create"),
    "compress": Scenario("create compress"),
    "delaycompress": Scenario("create compress delaycompress"),
    "zstd": Scenario("create compress compresscmd /usr/bin/zstd compressext .zst"),
    "xz": Scenario("create compress compresscmd /usr/bin/xz compressext .xz"),
    "nocreate": Scenario("nocreate missingok"),
    "rotate 0": Scenario("create rotate 0"),
    "dateext": Scenario("create dateext dateformat -%Y%m%d-%s", pause=1.1),
    "olddir": Scenario("create olddir old"),
    "copytruncate": Scenario("copytruncate"),
    "copytruncate compress": Scenario("copytruncate compress"),
    "copytruncate olddir": Scenario("copytruncate olddir old"),
    "half lines": Scenario("create", writer="halves"),
    "every 50 ms": Scenario("create rotate 60", rotations=40, pause=0.05),
    "late 20": Scenario("create", late=(0, 20)),
    "late 100": Scenario("create", late=(0, 100)),
    "late 400": Scenario("create", late=(0, 400)),
    "line over rotation": Scenario("create", late=(300,), writer="across"),
    "stall": Scenario("create", stall=True),
    "stall start 0": Scenario("create start 0", stall=True),
    "stall compress": Scenario("create compress", stall=True),
    "stall delaycompress": Scenario("create compress delaycompress", stall=True),
    "stall dateext": Scenario(
        "create compress dateext dateformat -%Y%m%d-%s", pause=1.1, stall=True
    ),
    "stall copytruncate": Scenario("copytruncate compress", stall=True),
    "glob": Scenario("create", files="app.log.1"),
    "glob compress": Scenario(
        "create compress delaycompress", files="app.log.1 app.log.2.gz app.log.3.gz"
    ),
    "glob copytruncate": Scenario("copytruncate", files="app.log.1"),
    "poll 1000": Scenario("create compress", args="--poll-interval 1000ms"),
    "poll 1000 copytruncate": Scenario("copytruncate", args="--poll-interval 1000ms"),
}


def write(log, name, rate, late, how):
    """Writes lines to `log` until SIGTERM. On SIGHUP, opens it again `late` milliseconds later; on
    SIGUSR1, a rotation is near."""
    signals = set()
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda got, _: signals.add(got))
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    reopen_at = None
    start = time.monotonic()
    number = 0
    while signal.SIGTERM not in signals:
        line = f"{name} {number} {FILLER}\n".encode()
        across = how == "across" and signal.SIGUSR1 in signals
        if how == "halves" or across:
            os.write(file, line[:30])
            while across and not signals & {signal.SIGHUP, signal.SIGTERM}:
                time.sleep(0.001)
            time.sleep(late / 1000 if across else 0.5 / rate)
            line = line[30:]
            signals.discard(signal.SIGUSR1)
        os.write(file, line)
        number += 1
        if signal.SIGHUP in signals:
            signals.discard(signal.SIGHUP)
            reopen_at = time.monotonic() + (0 if across else late / 1000)
        if reopen_at and time.monotonic() >= reopen_at:
            os.close(file)
            file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            reopen_at = None
        time.sleep(max(0, start + number / rate - time.monotonic()))
    print(number)


class Follower:
    """A running program and the file with its output."""

    def __init__(self, command, folder, name):
        self.path = folder / f"{name}.out"
        errors = open(folder / f"{name}.err", "w")
        with open(self.path, "w") as out:
            self.process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=errors)

    def size(self):
        return self.path.stat().st_size

    def counts(self, expected):
        """The lines of `expected` that are missing, and those that came more than once."""
        lines = self.path.read_text(errors="replace").splitlines()
        ours = [line for line in lines if line in expected]
        return len(expected) - len(set(ours)), len(ours) - len(set(ours))


def rotate(folder, scenario, log, writers):
    for writer in writers:
        writer.send_signal(signal.SIGUSR1)
    time.sleep(0.02 if scenario.writer == "across" else 0)
    conf, state = folder / "logrotate.conf", folder / "state"
    # It complains about a file that grows while it is compressed.
    command = ["logrotate", "-f", "-s", state, conf]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def wait(condition, seconds):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def drain(followers):
    """Waits until nothing more comes."""
    sizes, since = None, time.monotonic()
    end = since + 15
    while time.monotonic() < min(end, since + 2):
        new = [follower.size() for follower in followers]
        if new != sizes:
            sizes, since = new, time.monotonic()
        time.sleep(0.05)


def run(name, program, keep):
    scenario = SCENARIOS[name]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="follow-"))
    log = folder / "app.log"
    names = ["app.log"] + scenario.files.split()
    for file in names:
        plain = f"old {file}\n".encode()
        compressed = subprocess.run(["gzip"], input=plain, stdout=subprocess.PIPE, check=True)
        (folder / file).write_bytes(compressed.stdout if file.endswith(".gz") else plain)
    if "olddir" in scenario.directives:
        (folder / "old").mkdir()
    directives = scenario.directives.replace(" compress", "\ncompress").replace(" date", "\ndate")
    for word in ("rotate 0", "rotate 60", "missingok", "olddir", "start", "delaycompress"):
        directives = directives.replace(f" {word}", f"\n{word}")
    rotations = "" if "rotate" in scenario.directives.split() else "rotate 20\n"
    args = ["-f", "--no-filename", *scenario.args.split(), *names]
    followers = [
        Follower([program, *args], folder, "this"),
        Follower(["tail", "-q", "-n", "+1", "-F", *names], folder, "tail"),
    ]
    writers = []
    try:
        wait(lambda: all(follower.size() for follower in followers), 30)
        for index, late in enumerate(scenario.late):
            rate = RATE / len(scenario.late)
            command = [sys.executable, __file__, "--write", str(log), f"w{index}"]
            command += [str(rate), str(late), scenario.writer]
            writers.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        if "copytruncate" not in directives:
            pids = " ".join(str(writer.pid) for writer in writers)
            directives += f"\npostrotate\nkill -HUP {pids}\nendscript"
        (folder / "logrotate.conf").write_text(f"{log} {{\n{rotations}{directives}\n}}\n")
        sizes = [follower.size() for follower in followers]
        wait(lambda: all(one.size() > size for one, size in zip(followers, sizes)), 30)
        for rotation in range(scenario.rotations):
            time.sleep(scenario.pause)
            if scenario.stall and rotation == 1:
                for follower in followers:
                    follower.process.send_signal(signal.SIGSTOP)
            rotate(folder, scenario, log, writers)
        time.sleep(scenario.pause)
        for follower in followers:
            follower.process.send_signal(signal.SIGCONT)
        time.sleep(scenario.pause)
        for writer in writers:
            writer.send_signal(signal.SIGTERM)
        numbers = [int(writer.communicate()[0]) for writer in writers]
        drain(followers)
    finally:
        for process in writers + [follower.process for follower in followers]:
            process.kill()
            process.wait()
    expected = {
        f"w{writer} {number} {FILLER}"
        for writer, count in enumerate(numbers)
        for number in range(count)
    }
    expected |= {f"old {file}" for file in names if not file.endswith(".gz")}
    counts = [follower.counts(expected) for follower in followers]
    if keep and any(counts[0]):
        print(f"{name}: {folder} {counts[0]}", file=sys.stderr)
    else:
        subprocess.run(["rm", "-r", folder], check=True)
    return len(expected), *counts[0], *counts[1]


def main():
    if sys.argv[1:2] == ["--write"]:
        log, name, rate, late, how = sys.argv[2:]
        return write(log, name, float(rate), float(late), how)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--program", default="target/release/imerr-annotate")
    parser.add_argument("--times", type=int, default=1, help="runs of each scenario")
    parser.add_argument("--jobs", type=int, default=2, help="scenarios at the same time")
    parser.add_argument("--seconds", type=float, default=3600, help="start no run after this time")
    parser.add_argument("--keep", action="store_true", help="keep the files of runs that fail")
    parser.add_argument("scenario", nargs="*", default=list(SCENARIOS))
    args = parser.parse_args()
    program = os.path.abspath(args.program)
    end = time.monotonic() + args.seconds
    results = {name: [] for name in args.scenario}

    def work(name):
        if time.monotonic() < end:
            results[name].append(run(name, program, args.keep))

    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        list(pool.map(work, args.scenario * args.times))
    print("| scenario | runs | lines | lost | doubled | tail -F: lost | doubled |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, runs in results.items():
        sums = [f"{sum(column):,}" for column in zip(*runs)]
        print(f"| {name} | {len(runs)} | {' | '.join(sums)} |")


if __name__ == "__main__":
    main()
