"""Measures `find` and `annotate` on Arrow arrays: CPU time of one thread, best of five.

`python benches/throughput.py LOG` needs pyarrow and a log; `fixtures/logs/demo.log` repeated to 256
MiB is used without one. With `--spark`, it also compares the data source with the program.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

import imerr
from imerr.__main__ import program

PLAIN = b"2026-11-24 10:00:00.123 I/TIMPush: message %d was delivered to the device in 12 ms, port 8080 ok"


def corpus() -> list[bytes]:
    """1.8 million lines, of which 1 in 1,000 has a code."""
    code = b"2026-11-24 10:00:00.124 E/imsdk: login failed, code: 6206, desc: the signature is expired"
    return [code if number % 1000 == 0 else PLAIN % number for number in range(1_800_000)]


def best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", nargs="?", type=Path)
    parser.add_argument("--spark", action="store_true")
    arguments = parser.parse_args()
    lines = arguments.log.read_bytes().split(b"\n") if arguments.log else corpus()
    size = sum(map(len, lines))
    print(f"{len(lines)} lines, {size / 1e6:.0f} MB")
    for type in (pa.binary(), pa.string(), pa.string_view()):
        values = lines if type == pa.binary() else [line.decode(errors="replace") for line in lines]
        array = pa.array(values, type)
        for call in (imerr.find, imerr.annotate):
            seconds = best(lambda call=call, array=array: call(array))
            print(f"{call.__name__} {type}: {seconds:.3f} s, {size / seconds / 1e9:.2f} GB/s")
    if arguments.spark:
        compare_spark(lines)


def compare_spark(lines: list[bytes]) -> None:
    """Counts the findings in 1 GiB by the program and by the data source, five times in turn.

    A job over as many small files shows what of that is the start of a job and of its tasks.
    """
    from pyspark.sql import SparkSession

    log = Path(os.environ.get("TMPDIR", "/tmp")) / "imerr-throughput.log"
    text = b"\n".join(lines) + b"\n"
    with log.open("wb") as file:
        while file.tell() < 1 << 30:
            file.write(text)
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    start = time.time()
    builder = SparkSession.builder.master("local-cluster[2,1,1024]")
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    import imerr.spark

    imerr.spark.register(spark)
    found = spark.read.format("imerr").option("splitsize", 128 << 20).load(str(log))
    found.limit(1).count()
    print(f"Spark: start and first job {time.time() - start:.1f} s")
    folder = log.with_suffix("")
    folder.mkdir(exist_ok=True)
    for number in range(found.rdd.getNumPartitions()):
        (folder / f"{number}.log").write_bytes(lines[0] + b"\n")
    small = spark.read.format("imerr").load(str(folder))
    for _ in range(5):
        start = time.time()
        command = [str(program()), "--no-config", "--format", "jsonl", str(log)]
        wanted = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        of_program = time.time() - start
        start = time.time()
        count = found.count()
        of_source = time.time() - start
        start = time.time()
        small.count()
        of_start = time.time() - start
        print(
            f"program {of_program:.2f} s, data source {of_source:.2f} s, "
            f"of which start {of_start:.2f} s, {count} findings"
        )
        assert count == wanted.count(b'{"type":"match"')
    spark.stop()
    log.unlink()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
