#!/usr/bin/env python3
"""Compare the timestamps that the program reads with an independent reading.

  timestamps.py PROGRAM LOG...

Each LOG is read here with regular expressions and `datetime` alone: the form that most of its lines have, the year of the file's last
write where a date has none, the latest day before the last write where there is no date, and the time of the line before where a line has
none. The program is asked with `--since` and `--until` for the lines on each side of times that occur in the log; a line agrees if it is on
the right side of all of them. Prints a row per log, and exits with status 1 if fewer than 99.9 % of the lines with a time agree.
"""
import os
import random
import re
import subprocess
import sys
from datetime import datetime, timedelta

MONTHS = {name: at + 1 for at, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}
CLOCK = r"(?P<H>\d{1,2}):(?P<M>\d{1,2}):(?P<S>\d{1,2})(?:[.,:](?P<f>\d{1,9}))?"
FORMS = {
    "ISO 8601": r'(?:^|[\s\["(|:{])(?P<Y>\d{4})[-/](?P<m>\d\d)[-/](?P<d>\d\d)[T ]' + CLOCK + r"(?P<z> ?(?:Z|[+-]\d\d:?\d\d))?",
    "native SDK": r"\[(?P<Y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d) (?P<hours>[+-]\d+\.\d) " + CLOCK,
    "asctime": r"\[\w{3} (?P<b>\w{3}) +(?P<d>\d+) " + CLOCK + r" (?P<Y>\d{4})\]",
    "JavaScript": r"\[\w{3} (?P<b>\w{3}) (?P<d>\d+) (?P<Y>\d{4}) " + CLOCK + r" GMT(?P<z>[+-]\d{4})",
    "access log": r"\[(?P<d>\d\d)/(?P<b>\w{3})/(?P<Y>\d{4}):" + CLOCK + r" (?P<z>[+-]\d{4})\]",
    "syslog": r"^(?P<b>\w{3}) +(?P<d>\d+) " + CLOCK,
    "logcat": r"^(?P<m>\d\d)-(?P<d>\d\d) " + CLOCK,
    "HDFS": r"^(?P<y>\d\d)(?P<m>\d\d)(?P<d>\d\d) (?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d) ",
    "Spark": r"^(?P<y>\d\d)/(?P<m>\d\d)/(?P<d>\d\d) " + CLOCK,
    "compact": r"^(?P<Y>\d{4})(?P<m>\d\d)(?P<d>\d\d)-" + CLOCK,
    "Proxifier": r"^\[(?P<m>\d\d)\.(?P<d>\d\d) " + CLOCK + r"\]",
    "seconds": r"^(?:- )?(?P<epoch>1[01]\d{8}) ",
    "JSON": r'^\{.*?"timestamp":(?P<epoch>1\d{9})(?P<f>\d{3})[,}]',
    "Web SDK": r"^(?:\S+ )? ?(?:TIM|Chat) +" + CLOCK,
    "lite Web SDK": r"^LiteChat\[(?P<H>\d\d?):(?P<M>\d\d?):(?P<S>\d\d?):(?P<f>\d{1,3})\]",
}


def time_of(match, written, last, years):
    """The local time of a line in UTC.

    `written` is the last write of its file, `last` the last date of a line before it, and `years` are those of other lines.
    """
    part = match.groupdict()
    if part.get("epoch"):
        return datetime.fromtimestamp(int(part["epoch"])) + timedelta(milliseconds=int(part.get("f") or 0))
    fraction = part.get("f") or "0"
    # After a colon, milliseconds are a number of their own.
    is_number = "f" in part and match.string[match.start("f") - 1] == ":"
    fraction = fraction.zfill(3).ljust(6, "0") if is_number else fraction.ljust(6, "0")[:6]
    clock = timedelta(hours=int(part["H"]), minutes=int(part["M"]), seconds=int(part["S"]), milliseconds=int(fraction) // 1000)
    month = MONTHS.get(part.get("b"), 0) or int(part.get("m") or 0)
    if not month:
        day = last or written
        time = datetime(day.year, day.month, day.day) + clock
        is_ahead = not last and time > written + timedelta(minutes=1)
        return time - timedelta(days=1) if is_ahead else time
    day = int(part["d"])
    if part.get("Y") or part.get("y"):
        year = int(part.get("Y") or 2000 + int(part["y"]))
        time = datetime(year, month, day) + clock
    elif years:
        time = datetime(years[0], month, day) + clock
    else:
        time = datetime(written.year, month, day) + clock
        if time > written + timedelta(days=1):
            time = datetime(written.year - 1, month, day) + clock
    zone = (part.get("z") or "").strip().replace(":", "")
    if zone and zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        time -= offset if zone[0] == "+" else -offset
    if part.get("hours"):
        time -= timedelta(hours=float(part["hours"]))
    return time


def read(path):
    """The form of the log and the time of each line; None before the first."""
    with open(path, "rb") as file:
        lines = [line.decode("utf-8", "replace") for line in file.read().split(b"\n")]
    if lines and not lines[-1]:
        lines.pop()
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    counts = {name: sum(1 for line in lines if re.search(form, line[:200])) for name, form in FORMS.items()}
    # A log of several writers has several forms.
    names = [name for name in sorted(counts, key=counts.get, reverse=True) if counts[name] * 20 >= max(counts.values()) > 0]
    written = datetime.fromtimestamp(os.path.getmtime(path))
    times, last, dated, own = [], None, None, 0
    dates = [re.search(r"(?:^|\D)((?:19|20)\d\d)-\d\d-\d\d[T ]\d\d:", line[:60]) for line in lines]
    years = [int(date.group(1)) for date in dates if date]
    for line in lines:
        matches = [(re.search(FORMS[name], line[:200]), name) for name in names]
        matches = [(match.start(), at, match) for at, (match, _) in enumerate(matches) if match]
        if matches:
            match = min(matches)[2]
            try:
                last = time_of(match, written, dated, years)
                own += 1
                if match.groupdict().get("d"):
                    dated = last
            except ValueError:
                pass
        times.append(last)
    name = names[0] if names else "none"
    return name, times, own


def lines_of(program, path, option, time):
    """The numbers of the lines that the program reads from or until `time` on."""
    text = time.strftime("%Y-%m-%d %H:%M:%S.") + f"{time.microsecond // 1000:03}"
    args = [program, "--no-config", "-n", option, text, path]
    output = subprocess.run(args, stdout=subprocess.PIPE, check=True).stdout
    return {int(row.group(1)) for row in re.finditer(rb"^(\d+)[:-]", output, re.M)}


def compare(program, path, rng):
    name, times, own = read(path)
    known = sorted({time for time in times if time})
    wrong = set()
    for at in sorted(rng.sample(range(len(known)), min(25, len(known)))):
        limit = known[at]
        since, until = (lines_of(program, path, option, limit) for option in ("--since", "--until"))
        for number, time in enumerate(times, 1):
            if time and ((time >= limit) != (number in since) or (time < limit) != (number in until)):
                wrong.add(number)
    judged = sum(1 for time in times if time)
    return name, len(times), own, judged, sorted(wrong)


def main():
    program, paths = sys.argv[1], sys.argv[2:]
    os.environ["TZ"] = "UTC"
    rng = random.Random(1)
    total = failed = 0
    print(f"{'log':<28} {'form':<13} {'lines':>6} {'stamped':>8} {'judged':>7} {'agree':>8}")
    for path in paths:
        name, lines, own, judged, wrong = compare(program, path, rng)
        total, failed = total + judged, failed + len(wrong)
        share = 100 * (1 - len(wrong) / judged) if judged else 100
        note = f"  first at {path}:{wrong[0]}" if wrong else ""
        print(f"{os.path.basename(path):<28} {name:<13} {lines:>6} {own:>8} {judged:>7} {share:>7.2f}%{note}")
    share = 100 * (1 - failed / total)
    print(f"{'all':<28} {'':<13} {'':>6} {'':>8} {total:>7} {share:>7.3f}%")
    return 0 if share >= 99.9 else 1


sys.exit(main())
