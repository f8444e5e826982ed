"""Kinds of files, their names, and what git does to content between disk and index."""

from __future__ import annotations

import os
import shutil

from e2e.git_states import CLEAN, GONE, LOST, Refused, state
from e2e.git_states_run import MARTS, Attempt, Shop

ORDERS = "models/marts/fct_orders.sql"
STAGING = "models/staging/staging.yml"
UNREAD = "RF101 RF103 RF104 RF107 RF401 RF402 RF404 RF405 RF406 RF407 RF601"  # the whole of marts.yml is not there
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 120\n".format("4d7a" * 16)


@state(GONE)
def renamed(shop: Shop) -> Attempt:
    shop.git("mv", ORDERS, "models/marts/orders.sql")
    return Attempt()


@state(LOST)
def properties_file_renamed(shop: Shop) -> Attempt:
    shop.git("mv", MARTS, "models/marts/all.yml")
    shop.edit("models/marts/all.yml", "contract: {enforced: true}", "contract: {enforced: false}")
    shop.git("add", "-A")
    return Attempt()


@state(CLEAN)
def properties_file_moved_up(shop: Shop) -> Attempt:
    shop.git("mv", MARTS, "models/all.yml")
    return Attempt()


@state(GONE)
def renamed_by_case_alone(shop: Shop) -> Attempt:
    shop.git("mv", ORDERS, "models/marts/FCT_ORDERS.sql")
    return Attempt()


@state(GONE)
def renamed_by_case_alone_where_git_ignores_case(shop: Shop) -> Attempt:
    shop.git("config", "core.ignoreCase", "true")
    shop.git("mv", "-f", ORDERS, "models/marts/Fct_Orders.sql")
    return Attempt()


@state(GONE)
def model_replaced_by_a_symlink(shop: Shop) -> Attempt:
    (shop.folder / ORDERS).rename(shop.folder / "orders.txt")
    os.symlink("../../orders.txt", shop.folder / ORDERS)
    shop.git("add", "-A")
    return Attempt()


@state(UNREAD)
def properties_file_replaced_by_a_symlink(shop: Shop) -> Attempt:
    (shop.folder / MARTS).rename(shop.folder / "marts.txt")
    os.symlink("../../marts.txt", shop.folder / MARTS)
    shop.git("add", "-A")
    return Attempt()


@state(UNREAD)
def properties_file_is_a_symlink_to_outside(shop: Shop) -> Attempt:
    outside = shop.folder.parent / "outside.yml"
    (shop.folder / MARTS).rename(outside)
    os.symlink(outside, shop.folder / MARTS)
    shop.git("add", "-A")
    return Attempt()


@state("RF102 RF401 RF601")
def folder_replaced_by_a_symlink(shop: Shop) -> Attempt:
    (shop.folder / "models/marts").rename(shop.folder / "elsewhere")
    os.symlink("../elsewhere", shop.folder / "models/marts")
    shop.git("add", "-A")
    return Attempt()


@state(LOST)
def symlink_on_disk_alone(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    (shop.folder / MARTS).rename(shop.folder / "marts.txt")
    os.symlink("../../marts.txt", shop.folder / MARTS)
    return Attempt()


@state(LOST)
def file_replaced_by_a_folder(shop: Shop) -> Attempt:
    text = (shop.folder / MARTS).read_text(encoding="utf-8")
    (shop.folder / MARTS).unlink()
    shop.write({f"{MARTS}/inner.yml": text.replace("contract: {enforced: true}", "contract: {enforced: false}", 1)})
    shop.git("add", "-A")
    return Attempt()


@state(CLEAN)
def mode_changed(shop: Shop) -> Attempt:
    (shop.folder / ORDERS).chmod(0o755)
    shop.git("add", "-A")
    return Attempt()


@state(GONE)
def a_model_that_is_only_a_fifo_on_disk(shop: Shop) -> Attempt:
    shop.git("rm", "-q", "--cached", ORDERS)
    (shop.folder / ORDERS).unlink()
    os.mkfifo(shop.folder / ORDERS)
    return Attempt()


def _checked_out_again(shop: Shop) -> None:
    shutil.rmtree(shop.folder / "models")
    shop.git("checkout", "-q", "--", "models")


@state(LOST)
def autocrlf(shop: Shop) -> Attempt:
    """On disk CRLF, in the index LF."""
    shop.git("config", "core.autocrlf", "true")
    _checked_out_again(shop)
    assert b"\r\n" in (shop.folder / MARTS).read_bytes()
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt()


@state(LOST)
def attributes_eol_crlf(shop: Shop) -> Attempt:
    shop.save({".gitattributes": "*.yml text eol=crlf\n"})
    _checked_out_again(shop)
    assert b"\r\n" in (shop.folder / MARTS).read_bytes()
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt()


@state(LOST)
def crlf_in_the_index(shop: Shop) -> Attempt:
    shop.bytes(MARTS, shop.weakened().replace("\n", "\r\n").encode())
    shop.git("add", "-A")
    return Attempt()


@state(LOST)
def a_clean_filter(shop: Shop) -> Attempt:
    """What is committed differs from what lies on disk, by the team's own filter."""
    shop.write({".gitattributes": "marts.yml filter=weak\n"})
    shop.git("config", "filter.weak.clean", "sed '7s/enforced: true/enforced: false/'")
    shop.git("config", "filter.weak.smudge", "sed '7s/enforced: false/enforced: true/'")
    (shop.folder / MARTS).touch()
    shop.git("add", "--renormalize", "-A")
    assert "contract: {enforced: true}" in (shop.folder / MARTS).read_text(encoding="utf-8").splitlines()[6]
    return Attempt()


@state(LOST)
def another_encoding_on_disk(shop: Shop) -> Attempt:
    shop.write({".gitattributes": "marts.yml text working-tree-encoding=UTF-16\n"})
    (shop.folder / MARTS).write_text(shop.weakened(), encoding="utf-16")
    shop.git("add", "-A")
    return Attempt()


@state(CLEAN)
def a_seed_is_a_pointer(shop: Shop) -> Attempt:
    shop.write({".gitattributes": "*.csv filter=lfs diff=lfs merge=lfs -text\n", "seeds/countries.csv": POINTER})
    shop.git("add", "-A")
    return Attempt()


@state("RF001 RF107 RF404 RF406 RF407")
def a_model_is_a_pointer(shop: Shop) -> Attempt:
    shop.write({".gitattributes": "marts/*.sql filter=lfs diff=lfs merge=lfs -text\n", ORDERS: POINTER})
    shop.git("add", "-A")
    return Attempt()


@state("RF001")
def a_properties_file_is_a_pointer(shop: Shop) -> Attempt:
    shop.write({".gitattributes": "*.yml filter=lfs diff=lfs merge=lfs -text\n", MARTS: POINTER})
    shop.git("add", "-A")
    return Attempt()


@state(CLEAN)
def a_pointer_that_a_filter_fills_on_disk(shop: Shop) -> Attempt:
    """git-lfs as it is: the pointer in the index, the content on disk."""
    shop.write({".gitattributes": "countries.csv filter=lfs\n"})
    shop.stage("seeds/countries.csv", POINTER)
    shop.git("add", ".gitattributes")
    return Attempt()


@state(LOST)
def export_ignore(shop: Shop) -> Attempt:
    shop.write({".gitattributes": "models export-ignore\n* export-subst\n"})
    shop.weaken()
    shop.git("add", "-A")
    return Attempt()


@state("RF304")
def names_that_git_quotes(shop: Shop) -> Attempt:
    for number, name in enumerate(
        ("größe raum", "漢字", 'say "so"', "tab\there", "new\nline", "back\\slash", " space ")
    ):
        shop.write({f"models/{name}/m{number}.sql": "select 1 as id\n", f"models/{name}/{name}.yml": "modls: []\n"})
    shop.git("add", "-A")
    return Attempt()


@state("RF304")
def names_in_another_encoding(shop: Shop) -> Attempt:
    folder = os.fsencode(shop.folder) + b"/models/gr\xf6\xdfe"
    os.mkdir(folder)
    for name, content in ((b"m.sql", b"select 1 as id\n"), (b"caf\xe9.yml", b"modls: []\n")):
        with open(folder + b"/" + name, "wb") as file:
            file.write(content)
    shop.git("add", "-A")
    return Attempt(refusing={"pre-commit": "UnicodeDecodeError"})


@state(CLEAN)
def unicode_composed_and_decomposed(shop: Shop) -> Attempt:
    described = "models:\n  - name: {}\n    description: One row.\n"
    for name in ("caf\u00e9", "cafe\u0301"):
        shop.write({f"models/{name}.sql": "select 1 as id\n", f"models/{name}.yml": described.format(name)})
    shop.git("add", "-A")
    return Attempt()


@state("RF001")
def a_properties_file_that_is_not_yaml(shop: Shop) -> Attempt:
    shop.stage(STAGING, "models: [\n")
    return Attempt()


@state(Refused("there is no dbt_project.yml here"))
def the_project_file_deleted_in_the_index(shop: Shop) -> Attempt:
    shop.git("rm", "-q", "--cached", "dbt_project.yml")
    return Attempt()


@state(Refused("is a link, and links are not followed"))
def the_project_file_replaced_by_a_symlink(shop: Shop) -> Attempt:
    (shop.folder / "dbt_project.yml").rename(shop.folder / "project.txt")
    os.symlink("project.txt", shop.folder / "dbt_project.yml")
    shop.git("add", "-A")
    return Attempt()


@state(CLEAN)
def thousands_of_files(shop: Shop) -> Attempt:
    """More paths than an argument list holds."""
    described = "".join(f"  - name: m{number}\n    description: One row.\n" for number in range(40))
    files = {f"models/m{number}.sql": "select 1 as id\n" for number in range(40)}
    files |= {f"docs/{'long' * 20}/{'name' * 20}{number}.txt": f"{number}" for number in range(4000)}
    shop.write({**files, "models/m.yml": f"models:\n{described}"})
    shop.git("add", "-A")
    return Attempt()
