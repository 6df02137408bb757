"""An address with a password, given to a command in every place where it takes a path or a text: it shows none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.cli.errors import run as sot

WRITTEN = [
    "postgresql://u:S3cretPW@127.0.0.1:1/db#t",
    " postgresql://u:S3cretPW@127.0.0.1:1/db#t",
    "postgresql://u:x@S3cretPW/w:rd?#%x@127.0.0.1:1/db",
    "https://u:S3cretPW@host.example/x.csv",
    "host=127.0.0.1 user=u password=S3cretPW dbname=x",
]
COMMANDS = [
    ["inspect", "{}"],
    ["dedupe", "crm.csv", "--quiet", "--out", "{}"],
    ["dedupe", "crm.csv", "--project", "{}"],
    ["verify", "{}"],
    ["evaluate", "run", "--truth", "{}"],
    ["decide", "--file", "{}"],
    ["decide", "{}", "a:1", "b:2"],
    ["review", "--import", "{}"],
    ["explain", "{}"],
    ["publish", "{}"],
    ["{}"],
    ["inspect", "crm.csv", "--{}"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_shows_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crm.csv").write_text("Id,Account Name\n1,Acme Ltd\n")
    for address in WRITTEN[:-1] if "--out" in command else WRITTEN:
        code = sot([word.replace("{}", address) for word in command])
        said = capsys.readouterr()
        assert code in (2, 3), said.err
        assert "S3cretPW" not in said.out + said.err
        assert "Traceback" not in said.err
    assert [path for path in tmp_path.rglob("*") if "S3cretPW" in path.name] == []
