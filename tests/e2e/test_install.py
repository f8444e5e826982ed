"""`pip install .` into an environment of its own: every command works without dbt and without a network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consumer import ROOT, Consumer, clean_environment, shop

NO_NETWORK = """
import socket


def refuse(*_arguments, **_options):
    raise OSError("the network is switched off")


socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    installer = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", str(ROOT)]
    done = subprocess.run(installer, capture_output=True, text=True, env=clean_environment(), check=False)
    assert done.returncode == 0, done.stderr
    (site,) = (folder / "lib").glob("python3*/site-packages")
    (site / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    made = shop(tmp_path_factory.mktemp("installed") / "shop")
    assert made.commit("the shop").code == 0
    return made


def test_the_network_is_off_and_dbt_is_not_there(environment: Path, project: Consumer) -> None:
    python = str(environment / "bin" / "python")
    reached = project.run(python, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))")
    assert "switched off" in reached.err
    assert project.run(python, "-c", "import dbt").code != 0


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("--version",), "ringfence 0.1.0"),
        (("rules",), "RF201  contract-missing"),
        (("explain", "RF201"), "## Not reported"),
        (("check", "--format", "json"), '"version": 1'),
        (("diff", "--base", "HEAD", "--format", "json"), '"changes": []'),
        (("lock", "verify"), ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_works(environment: Path, project: Consumer, arguments: tuple[str, ...], shown: str) -> None:
    result = project.run(str(environment / "bin" / "ringfence"), *arguments)
    assert result.code == 0, result.all
    assert shown in result.out


def test_the_environment_is_small(environment: Path) -> None:
    listed = subprocess.run(
        [str(environment / "bin" / "python"), "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    names = {item["name"].lower() for item in json.loads(listed.stdout)} - {"pip", "setuptools"}
    assert names == {"dbt-ringfence", "jinja2", "markupsafe", "msgspec", "pyyaml", "sqlglot"}
