"""A diagnosis is that of the program's `diagnose`."""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from conftest import LOGS, ROOT, Failing, Program, Waiting, errors_after_control_c

import imerr

EXPIRED = (
    "2026-11-24 10:00:00 imsdk login failed, code: 6206\n"
    "2026-11-24 10:00:01 imsdk send failed, code: 6014\n"
    "2026-11-24 10:00:02 imsdk send failed, code: 6014\n"
)
CAUSES = """\
[[cause]]
name = "cart-locked"
rank = 90
fault = true
title = "The cart is locked"
fix = "Unlock the cart."
verify = "The next message is sent."
evidence = "seen"
source = "https://example.com/tickets/7"
quiet = "5m"
starts = { codes = [6206] }
leads_to = { codes = [6014] }

[cause.zh]
title = "购物车被锁定"
fix = "解锁购物车。"
verify = "下一条消息发送成功。"

[[cause.sample]]
log = '''
10:00:00 imsdk login failed, code: 6206
10:00:01 imsdk send failed, code: 6014
'''
expect = { first = 1, starts = 1, consequences = { 6014 = 1 } }
"""


@pytest.fixture
def expired(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text(EXPIRED)
    return path


def test_the_document_is_that_of_the_program(log: Path, program: Program) -> None:
    diagnosis = imerr.diagnose(log)
    assert diagnosis.to_dict() == json.loads(program.run("diagnose", "--format", "json", log))
    assert str(diagnosis) == program.run("diagnose", "--format", "text", log).decode()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_document_of_many_files_is_that_of_the_program(lang: str, program: Program) -> None:
    folder = ROOT / "fixtures"
    options = ["--format", "json", "--lang", lang, "--unknown"]
    diagnosis = imerr.diagnose([folder / "lines", *LOGS], lang=lang, unknown=True)
    wanted = program.run("diagnose", *options, folder / "lines", *LOGS)
    assert diagnosis.to_dict() == json.loads(wanted)
    assert len(diagnosis.incidents) == len(diagnosis.to_dict()["incidents"]) > 0


def test_records_have_all_that_the_document_has(log: Path) -> None:
    diagnosis = imerr.diagnose(log)
    document = diagnosis.to_dict()
    for one, record in zip(diagnosis.incidents, document["incidents"], strict=True):
        names = {name for name in type(one).__dataclass_fields__ if name != "ended_at"}
        assert names == record.keys()
        assert one.first.line == record["first"]["line"]
        counts = [signal.count for signal in (*one.starts, *one.consequences)]
        records = record["starts"] + record["consequences"]
        assert counts == [record["count"] for record in records]
    for code, record in zip(diagnosis.not_explained, document["not_explained"], strict=True):
        assert (code.code, code.meaning) == (record["code"], record["meaning"])


def test_a_diagnosis_says_what_came_first(expired: Path) -> None:
    diagnosis = imerr.diagnose(expired)
    verdict = diagnosis.verdict
    assert verdict is not None
    assert (verdict.cause, verdict.starts, verdict.consequences) == ("usersig-expired", 1, 2)
    assert str(verdict) in str(diagnosis).replace("\n", " ")
    [incident] = diagnosis.incidents
    assert str(incident.first) == f"{expired}:1"
    assert incident.first.time == "2026-11-24T10:00:00.000"
    assert [str(one) for one in incident.consequences] == ["6014 x2"]
    assert repr(incident).startswith("<imerr usersig-expired in ")
    assert repr(diagnosis).startswith("<imerr.Diagnosis: 1 incident, 3 of 3 findings explained: ")
    with pytest.raises(FrozenInstanceError):
        incident.cause = "x"  # type: ignore[misc]


def test_incidents_are_a_table(expired: Path) -> None:
    diagnosis = imerr.diagnose(expired)
    frame = diagnosis.to_pandas()
    incident = diagnosis.incidents[0]
    assert len(frame) == len(diagnosis.incidents)
    assert (frame["cause"][0], frame["line"][0]) == (incident.cause, incident.first.line)
    assert frame["starts"][0] == sum(signal.count for signal in incident.starts)
    assert frame["first_time"][0].isoformat(timespec="milliseconds") == incident.first.time
    empty = imerr.diagnose(io.BytesIO(b"nothing\n")).to_pandas()
    assert (len(empty), list(empty.columns)) == (0, list(frame.columns))


def test_nothing_is_a_diagnosis_too() -> None:
    diagnosis = imerr.diagnose(io.BytesIO(b"all is well\n"))
    assert (diagnosis.verdict, diagnosis.incidents, diagnosis.not_explained) == (None, [], [])
    assert diagnosis.to_dict()["lines"] == 1
    assert "<table>" not in diagnosis._repr_html_()


def test_html_shows_hostile_text_as_text() -> None:
    file = io.BytesIO(EXPIRED.encode())
    file.name = "<script>.log"
    html = imerr.diagnose(file)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;.log:1" in html


def test_options_are_those_of_the_program(
    expired: Path, tmp_path: Path, program: Program
) -> None:
    causes, known = tmp_path / "causes.toml", tmp_path / "known.toml"
    causes.write_text(CAUSES)
    known.write_text('[[known]]\ncause = "cart-locked"\nticket = "SHOP-7"\nnote = "Ask Li."\n')
    annotator = imerr.Annotator(causes=causes, known=known, session_key="code: (?<session>60)")
    arguments = [f"--causes={causes}", f"--known={known}", "--session-key=code: (?<session>60)"]
    wanted = json.loads(program.run("diagnose", "--format=json", *arguments, expired))
    for one in (annotator, pickle.loads(pickle.dumps(annotator))):
        assert one.diagnose(expired).to_dict() == wanted
    options = {"since": "2026-11-24 10:00:01", "code": "6014"}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    wanted = json.loads(program.run("diagnose", "--format=json", *arguments, expired))
    assert imerr.diagnose(expired, **options).to_dict() == wanted  # type: ignore[arg-type]
    with_ticket = imerr.diagnose(expired, causes=causes, known=known)
    assert with_ticket.incidents[0].known == (imerr.Ticket("SHOP-7", "Ask Li."),)
    assert "SHOP-7" in with_ticket._repr_html_()


def test_wrong_options_are_named(expired: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[[known]]\ncause = "usersig-expire"\nticket = "T"\n')
    with pytest.raises(ValueError, match=r"known: .*bad\.toml:\d+:\d+: the cause .*usersig-expired"):
        imerr.diagnose(expired, known=bad)
    bad.write_text("[[cause]]\nnam = 1\n")
    with pytest.raises(ValueError, match=r"causes: .*bad\.toml:\d"):
        imerr.diagnose(expired, causes=bad)
    with pytest.raises(ValueError, match="session_key: "):
        imerr.diagnose(expired, session_key="(")
    with pytest.raises(TypeError, match="known is 1; it is the path of a file"):
        imerr.diagnose(expired, known=1)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        imerr.diagnose(expired, causes=tmp_path / "missing.toml")
    with pytest.raises(ValueError, match="'raise' or 'warn'"):
        imerr.diagnose(expired, errors="ignore")


def test_errors_of_files_have_the_diagnosis(expired: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.log"
    with pytest.raises(imerr.InputError, match=r"missing\.log: no such file") as raised:
        imerr.diagnose([missing, expired])
    assert raised.value.diagnosis is not None
    assert len(raised.value.diagnosis.incidents) == 1
    with pytest.warns(imerr.ImerrWarning, match=r"missing\.log"):
        diagnosis = imerr.diagnose([missing, expired], errors="warn")
    assert [name for name, _ in diagnosis.errors] == [str(missing)]
    with pytest.raises(ZeroDivisionError):
        imerr.diagnose(Failing())  # type: ignore[arg-type]


def test_large_files_are_read_by_several_threads(tmp_path: Path) -> None:
    log = tmp_path / "many.log"
    log.write_text(EXPIRED * 20_000)
    many = imerr.diagnose(log, threads=4)
    assert many.to_dict() == imerr.diagnose(log, threads=1).to_dict()
    assert many.to_dict()["findings"] == 60_000


def test_other_threads_run_meanwhile() -> None:
    assert len(imerr.diagnose(Waiting(EXPIRED.encode())).incidents) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_control_c_ends_a_long_call() -> None:
    assert b"KeyboardInterrupt" in errors_after_control_c("diagnose")
