"""Spark on a cluster of two executors, each a process of its own on this machine."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import LOGS, Program
from test_parts import HOSTILE

import imerr

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

LINE = "imsdk code: 6206"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed package as an archive for executors that have no pip."""
    folder = tmp_path_factory.mktemp("archive")
    package = Path(imerr.__file__).parent
    shutil.copytree(package, folder / "tree" / "imerr", ignore=shutil.ignore_patterns("__pycache__"))
    return Path(shutil.make_archive(str(folder / "imerr"), "zip", folder / "tree"))


@pytest.fixture(scope="session")
def session(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    from pyspark.sql import SparkSession

    work = tmp_path_factory.mktemp("work")
    os.environ["SPARK_WORKER_DIR"] = str(work)
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.local.dir", str(tmp_path_factory.mktemp("local")))
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.archives", f"{archive}#imerr_env")
        .config("spark.executorEnv.PYTHONPATH", "./imerr_env")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    import imerr.spark

    imerr.spark.register(spark)
    yield spark
    spark.stop()


def rows(frame: Any) -> list[tuple[Any, ...]]:
    return sorted(
        ((row.file, row.offset, row.start, row.code, row.meaning, row.text) for row in frame.collect()),
        key=str,
    )


def wanted(*paths: Path) -> list[tuple[Any, ...]]:
    found = imerr.find_file(paths)
    return sorted(
        ((str(one.file), one.offset, one.start, one.code, one.meaning, one.text) for one in found),
        key=str,
    )


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixtures, hostile bytes, compressed parts and an empty file."""
    folder = tmp_path_factory.mktemp("logs")
    for log in LOGS:
        shutil.copy(log, folder)
    (folder / "hostile-bytes.log").write_bytes(HOSTILE)
    (folder / "empty.log").write_bytes(b"")
    (folder / "sub").mkdir()
    (folder / "sub" / "demo.log.gz").write_bytes(gzip.compress(LOGS[0].read_bytes()))
    (folder / "sub" / "utf-16.log").write_text(f"{LINE}\n", encoding="utf-16")
    (folder / "sub" / "gbk.log").write_text("登录失败，错误码：6206\n" * 50, encoding="gb18030")
    return folder


def test_the_package_comes_from_the_archive_on_two_executors(session: Any) -> None:
    def place(_: int) -> tuple[str, str]:
        import time

        import imerr

        time.sleep(1)
        return os.getcwd(), os.path.abspath(imerr.__file__)

    places = set(session.sparkContext.parallelize(range(8), 8).map(place).collect())
    assert len({folder for folder, _ in places}) == 2
    assert all(file.startswith(os.path.join(folder, "imerr_env")) for folder, file in places)


def test_findings_are_those_of_the_program(session: Any, logs: Path, program: Program) -> None:
    found = session.read.format("imerr").load(f"file://{logs}")
    assert rows(found) == wanted(logs)
    assert len(program.records(logs)) == found.count()
    for size in (1000, 10_000):
        in_parts = session.read.format("imerr").option("splitsize", size).load(str(logs))
        assert rows(in_parts) == wanted(logs), size


def test_options_and_sql(session: Any, logs: Path) -> None:
    session.sql(
        "create or replace temporary view findings using imerr "
        f"options (path 'file://{logs}', 'min-confidence' 'high', lang 'zh', code '6206')"
    )
    counted = session.sql("select code, meaning, count(*) n from findings group by all").collect()
    files = imerr.find_file(logs, min_confidence="high", lang="zh", code=6206)
    assert [(row.code, row.meaning, row.n) for row in counted] == [
        (6206, files[0].meaning, len(files))
    ]


def test_lines_in_a_table(session: Any, program: Program, logs: Path) -> None:
    import imerr.spark
    from pyspark.sql.functions import col

    log = logs / "demo.log"
    lines = session.read.option("lineSep", "\n").text(str(log))
    binary = lines.select(col("value").cast("binary").alias("value"))
    for frame in (lines, binary):
        annotated = imerr.spark.annotate(frame, "value").collect()
        text = b"".join(_bytes(row.value) + b"\n" for row in annotated)
        assert text == program.run(log)
    frame = session.createDataFrame([("a", LINE), ("b", None), ("c", "x")], "user string, line string")
    found = imerr.spark.find(frame, "line").select("user", "code").collect()
    assert [tuple(row) for row in found] == [("a", 6206)]
    assert imerr.spark.find(frame.select("line"), "line").count() == 1
    with pytest.raises(ValueError, match="column 'lines' is none of user, line"):
        imerr.spark.find(frame, "lines")


def _bytes(value: str | bytes | bytearray) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def test_annotated_files_mirror_a_tree(
    session: Any, logs: Path, tmp_path: Path, program: Program
) -> None:
    import imerr.spark

    copies = imerr.spark.annotate_files(session, str(logs), str(tmp_path / "out"))
    files = sorted(path for path in logs.rglob("*") if path.is_file())
    assert len(copies) == len(files)
    for file in files:
        copy = tmp_path / "out" / file.relative_to(logs)
        assert copy.read_bytes() == program.run(file), file
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == len(files)


def test_a_damaged_file_fails_the_job_or_not(session: Any, tmp_path: Path) -> None:
    import imerr.spark

    data = b"".join(f"{LINE} {os.urandom(20).hex()}\n".encode() for _ in range(20_000))
    (tmp_path / "damaged.gz").write_bytes(gzip.compress(data)[:200_000])
    (tmp_path / "good.log").write_text(f"{LINE}\n")
    reader = session.read.format("imerr")
    with pytest.raises(Exception, match=r"damaged\.gz: "):
        reader.option("mode", "failfast").load(str(tmp_path)).count()
    found = reader.option("mode", "permissive").load(str(tmp_path))
    with pytest.warns(imerr.ImerrWarning):
        whole = imerr.find_file(tmp_path, errors="warn")
    assert found.count() == len(whole) > 1
    out = tmp_path / "out"
    with pytest.raises(Exception, match=r"damaged\.gz: "):
        imerr.spark.annotate_files(session, str(tmp_path / "damaged.gz"), str(out))
    assert [path for path in out.rglob("*") if path.is_file()] == []


def test_a_killed_executor_loses_nothing(session: Any, tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}.log").write_text(f"{LINE}\n" * 1000)
    flag = tmp_path / "flag"
    flag.mkdir()

    def executor() -> int:
        """The process of the executor: the parent of the daemon that is the parent of this worker."""
        status = Path(f"/proc/{os.getppid()}/status").read_text()
        (parent,) = (line.split()[1] for line in status.splitlines() if line.startswith("PPid:"))
        return int(parent)

    def kill_once(index: int, rows: Iterator[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows):
            if number == 500 and index == 1 and flag.exists():
                flag.rmdir()
                os.kill(executor(), 9)
            yield row

    found = session.read.format("imerr").load(f"file://{tmp_path}")
    assert found.rdd.mapPartitionsWithIndex(kill_once).count() == 8000
    assert not flag.exists()


def test_an_import_registers_the_format(session: Any) -> None:
    script = (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false')"
        ".getOrCreate()\n"
        "import imerr.spark\n"
        f"print(spark.read.format('imerr').load({str(LOGS[0])!r}).count())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert int(done.stdout) == len(imerr.find_file(LOGS[0]))
