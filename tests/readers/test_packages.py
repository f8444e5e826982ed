from __future__ import annotations

from pathlib import Path

from memory import MemoryTree
from ringfence.readers.packages import Required, required_packages
from ringfence.readers.static.layout import read_layout

PROJECT = b"name: shop\n"


def found(files: dict[str, str], disk: Path | None = None) -> dict[str, Required]:
    layout = read_layout(PROJECT, "dbt_project.yml")
    return required_packages(layout, MemoryTree(files), None if disk is None else str(disk))


def installed(disk: Path, name: str, text: str) -> None:
    folder = disk / "dbt_packages" / name
    folder.mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(text, encoding="utf-8")


def test_what_is_asked_for_locked_and_installed(tmp_path: Path) -> None:
    files = {
        "packages.yml": 'packages:\n  - {package: dbt-labs/dbt_utils, version: [">=1.0.0", "<2.0.0"]}\n'
        "  - {git: 'https://x/y/dbt-date.git', revision: 0.9.1}\n  - {local: pkgs/own}\n",
        "dependencies.yml": "packages:\n  - {tarball: 'https://x/z.tar.gz', name: z}\n",
        "package-lock.yml": "packages:\n  - {package: dbt-labs/dbt_utils, version: 1.1.0}\n"
        "  - {git: 'https://x/y/dbt-date.git', revision: abc}\n"
        "  - {package: a/deep, version: 1.0}\n  - {local: pkgs/own}\n",
        "pkgs/own/dbt_project.yml": "name: mine\n",
    }
    installed(tmp_path, "utils", "name: dbt_utils\nversion: 1.1.0\n")
    installed(tmp_path, "date", "name: dbt_date\nversion: 0.9.0\n")
    installed(tmp_path, "broken", "name: [\n")
    (tmp_path / "dbt_packages/stray").mkdir()
    packages = found(files, tmp_path)
    told = {
        name: (one.wanted, one.locked, one.installed, one.local, one.missing, str(one.place))
        for name, one in packages.items()
    }
    assert told == {
        "dbt_utils": (">=1.0.0, <2.0.0", "1.1.0", "1.1.0", False, False, "packages.yml:2:5"),
        "dbt_date": ("0.9.1", "abc", "0.9.0", False, False, "packages.yml:3:5"),
        "mine": ("pkgs/own", None, None, True, False, "packages.yml:4:5"),
        "z": ("https://x/z.tar.gz", None, None, False, True, "dependencies.yml:2:5"),
        "deep": (None, "1.0", None, False, True, "package-lock.yml:4:5"),
    }


def test_another_version_than_the_locked_one_counts_as_missing(tmp_path: Path) -> None:
    files = {"packages.yml": "packages: [{package: a/b, version: 1.0.0}]\n"}
    lock = {"package-lock.yml": "packages: [{package: a/b, version: 1.1.0}]\n"}
    installed(tmp_path, "b", 'name: b\nversion: "1.0.0"\n')
    assert not found(files, tmp_path)["b"].missing
    assert found({**files, **lock}, tmp_path)["b"].missing
    assert found(files)["b"].missing  # nobody looked


def test_a_local_package_without_a_readable_project() -> None:
    files = {"packages.yml": "packages:\n  - {local: ../outside}\n  - {local: pkgs/broken/}\n"}
    assert list(found({**files, "pkgs/broken/dbt_project.yml": "[]"})) == ["outside", "broken"]


def test_no_packages() -> None:
    assert found({}) == {}
    assert found({"packages.yml": "packages: none\n", "package-lock.yml": "- a\n"}) == {}
