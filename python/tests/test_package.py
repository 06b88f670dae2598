"""The package as it is installed: program, entries, catalog, notebook."""

from __future__ import annotations

import doctest
import pickle
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from conftest import ROOT, Program

import imerr


def test_the_module_is_the_program(program: Program) -> None:
    line = b"imsdk code: 6206\n"
    for arguments in ([], ["--format", "jsonl"], ["--version"]):
        command = [sys.executable, "-m", "imerr", *arguments]
        done = subprocess.run(command, input=line, capture_output=True, check=True)
        assert done.stdout == program.run(*arguments, stdin=line)
    version = program.run("--version").decode().split()
    assert imerr.__version__ in version


def test_the_import_is_quick_and_needs_no_other_package() -> None:
    script = (
        "import sys, imerr\n"
        "assert imerr.find(['imsdk code: 6206'])[0].code == 6206\n"
        "assert imerr.catalog()[0]\n"
        "others = {'pandas', 'numpy', 'pyarrow', 'polars', 'typing_extensions'} & sys.modules.keys()\n"
        "assert not others, others\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_pandas_may_be_imported_later() -> None:
    script = (
        "import imerr, pandas\n"
        "import imerr.pandas\n"
        "print(len(pandas.Series(['imsdk code: 6206']).imerr.find()))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"1\n"


def test_entries_are_those_of_the_program(program: Program) -> None:
    entries = imerr.explain(2003)
    assert [(entry.code, entry.system) for entry in entries] == [(2003, "server"), (2003, "web")]
    assert entries[0] == imerr.explain("2003")[0]
    assert entries[:1] == (entries[0],)
    assert imerr.explain("err_user_sig_expired")[0].name == "ERR_USER_SIG_EXPIRED"
    assert (imerr.explain(120005)[0].first, imerr.explain(120005)[0].last) == (120001, 130000)
    with pytest.raises(AttributeError):
        entries[0].meaning = "x"  # type: ignore[misc]
    assert repr(imerr.explain(6206)).startswith("[<imerr 6206 ERR_USER_SIG_EXPIRED sdk/account ")
    with pytest.raises(AttributeError, match=r"each of its entries has one: \[0\]\.meaning"):
        imerr.explain(6206).meaning  # type: ignore[attr-defined]
    chinese = imerr.explain(6206, lang="zh")[0].meaning
    for name in ("cn", "zh-CN", "zh_Hans_CN"):
        assert imerr.explain(6206, lang=name)[0].meaning == chinese
    assert chinese in program.run("explain", "--lang", "zh", "6206").decode()


def test_the_catalog_is_a_table(program: Program) -> None:
    catalog = imerr.catalog()
    rows = program.run("list", "--format", "csv").decode().splitlines()
    assert len(catalog) == len(rows) - 1
    frame = catalog.to_pandas()
    assert set(frame["severity"]) == {"info", "warning", "error", "fatal"}
    assert (str(frame["code"].dtype), str(frame["first"].dtype)) == ("Int64", "int64")
    assert frame["code"].isna().sum() == (frame["first"] != frame["last"]).sum() > 0
    assert len(imerr.catalog(system="web")) == (frame["system"] == "web").sum()
    found = imerr.search("签名过期")
    assert 6206 in [entry.code for entry in found]
    assert imerr.search("xylophone") == ()
    assert imerr.search("xylophone")._repr_html_() == "<p>no entry</p>"
    with pytest.raises(TypeError, match="the words are a string"):
        imerr.search(["usersig"])  # type: ignore[arg-type]
    assert {entry.system for entry in imerr.search("usersig", system="web")} == {"web"}
    assert [entry.system for entry in imerr.explain(70001, system="server")] == ["server"]
    assert imerr.explain(70001, system="sdk") == ()
    assert list(pickle.loads(pickle.dumps(catalog))) == list(catalog)
    assert imerr.explain(numpy.int64(6206)) == imerr.explain(6206.0) == imerr.explain(" 6206 ")
    with pytest.raises(TypeError, match=r"a code is a number or a name, not 6206\.5"):
        imerr.explain(6206.5)


def test_the_magic_annotates_what_a_cell_prints() -> None:
    pytest.importorskip("IPython")
    script = (
        "%load_ext imerr\n"
        "get_ipython().run_cell_magic('imerr', 'lang=en', \"print('imsdk code: 6206')\")\n"
        "get_ipython().run_cell_magic('imerr', 'severity=fatal', \"print('imsdk code: 6208')\")\n"
        "line = 'lang=\"zh\" unknown=False --code=[6206,6208]'\n"
        "get_ipython().run_cell_magic('imerr', line, \"print('imsdk code: 6206')\")\n"
    )
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    chinese = imerr.annotate("imsdk code: 6206", lang="zh")
    assert done.stdout == f"{imerr.annotate('imsdk code: 6206')}\nimsdk code: 6208\n{chinese}\n"
    wrong = "%load_ext imerr\nget_ipython().run_cell_magic('imerr', 'lng=zh', '1')\n"
    done = subprocess.run([*command[:-1], wrong], capture_output=True, text=True, check=False)
    assert "UsageError: %%imerr: unexpected keyword argument 'lng'; did you mean 'lang'?" in done.stderr


def test_the_magic_shows_an_exception_once() -> None:
    pytest.importorskip("IPython")
    cell = "print(1)\\nraise ValueError('imsdk code: 6206')"
    script = f"%load_ext imerr\nget_ipython().run_cell_magic('imerr', '', \"{cell}\")\n"
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0] == "1"
    assert lines[-1] == imerr.annotate("ValueError: imsdk code: 6206")
    assert done.stdout.count("Traceback") == 1
    assert "notebook.py" not in done.stdout
    wrong = "%load_ext imerr\nget_ipython().run_cell_magic('imerr', '', '1 +')\n"
    done = subprocess.run([*command[:-1], wrong], capture_output=True, text=True, check=False)
    assert done.stdout.count("SyntaxError: ") == 1


def test_the_magic_annotates_what_commands_print(tmp_path: Path) -> None:
    pytest.importorskip("IPython")
    log = tmp_path / "app.log"
    log.write_text("started\nimsdk code: 6206\n登录失败，错误码：6208\n", encoding="utf-8")
    script = (
        "%load_ext imerr\n"
        f"get_ipython().run_cell_magic('imerr', '', '!cat {log}\\nprint(1)')\n"
        "!echo imsdk code: 6206\n"
    )
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", script]
    done = subprocess.run(command, capture_output=True, check=True)
    annotated = [imerr.annotate(line) for line in log.read_text(encoding="utf-8").splitlines()]
    # The command after the cell is not annotated.
    wanted = [*annotated, "1", "imsdk code: 6206"]
    assert done.stdout.decode().splitlines() == wanted


DOCUMENTS = [ROOT / "python" / "README.md", ROOT / "docs" / "cluster.md"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_examples_of_documents(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.testfile(str(path), module_relative=False, optionflags=flags)
    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize("name", ["imerr", "imerr._annotator"])
def test_examples_of_docstrings(name: str) -> None:
    module = sys.modules[name]
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert (result.failed, result.attempted > 0) == (0, True)


def test_the_catalog_of_the_readme_is_complete(tmp_path: Path) -> None:
    readme = (ROOT / "python" / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "my-app.toml").write_text(example)
    found = imerr.find("login failed, code: 900001", catalog=tmp_path / "my-app.toml")
    assert [one.meaning for one in found] == ["The gateway refused the token."]
