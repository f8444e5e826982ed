"""`ringfence known`: a legacy project is clean from the first day, and gets no worse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer import Consumer
from ringfence.domain.known import KnownFinding

KNOWN = "ringfence/known.json"
SCHEMA = "models/schema.yml"
COLUMNS = ("id", "customer", "amount", "placed_at")
SQL = f"select {', '.join(f'1 as {name}' for name in COLUMNS)}\n"


def schema(*described: str) -> str:
    """One entry with four columns, those named with a description; the others with a key that dbt does not know."""
    lines = ["models:", "  - name: orders", "    columns:"]
    for name in COLUMNS:
        key = "description" if name in described else "decsription"
        lines += [f"      - name: {name}", f"        {key}: what it is"]
    return "\n".join(lines) + "\n"


@pytest.fixture
def shop(tmp_path: Path) -> Consumer:
    made = Consumer(tmp_path / "shop")
    made.write({"dbt_project.yml": "name: shop\n", "models/orders.sql": SQL})
    made.write({SCHEMA: schema(*COLUMNS[1:])})
    made.commit("start")
    return made


def known(shop: Consumer) -> list[KnownFinding]:
    document = json.loads((shop.folder / KNOWN).read_text(encoding="utf-8"))
    return [KnownFinding(**one) for one in document["findings"]]


def add(shop: Consumer, *arguments: str) -> str:
    done = shop.ringfence("known", "add", *arguments, "--reason", "from before")
    assert done.code == 0, done.all
    return done.out


def test_what_was_there_counts_no_more_and_what_is_new_does(shop: Consumer) -> None:
    """One column is known as broken; three more broken in the same model are not hidden by it."""
    assert shop.ringfence("check").code == 1
    assert "1 known findings, 1 added, 0 gone" in add(shop)
    shop.commit("accept")
    assert shop.ringfence("check").all == ""
    shop.write({SCHEMA: schema()})
    done = shop.ringfence("check")
    assert done.code == 1
    told = [line for line in done.out.splitlines() if "RF304" in line]
    assert [line.split("column ")[1].split(" ")[0] for line in told] == list(COLUMNS[1:])


def test_adding_twice_changes_no_byte(shop: Consumer) -> None:
    add(shop)
    before = (shop.folder / KNOWN).read_bytes()
    assert "nothing new" in add(shop)
    assert (shop.folder / KNOWN).read_bytes() == before
    (one,) = known(shop)
    assert (one.times, one.rule, one.reason, one.by) == (1, "unknown-key", "from before", "Tester")


def test_only_what_is_asked_for_becomes_known(shop: Consumer) -> None:
    shop.write({"models/other.yml": "models:\n  - name: ghost\n"})
    add(shop, "--rule", "ghost-model")
    assert [one.rule for one in known(shop)] == ["ghost-model"]
    add(shop, SCHEMA)
    assert [one.rule for one in known(shop)] == ["ghost-model", "unknown-key"]


def test_the_list_shrinks_with_what_is_mended(shop: Consumer) -> None:
    shop.write({SCHEMA: schema()})
    add(shop)
    assert len(known(shop)) == 4
    shop.commit("accept")
    shop.write({SCHEMA: schema("id", "amount")})
    done = shop.ringfence("check")
    assert done.code == 0
    assert done.out.count("RF005 known-gone") == 2
    assert "2 known findings, 0 added, 2 gone" in shop.ringfence("known", "prune").out
    assert shop.ringfence("check").all == ""
    shop.write({SCHEMA: schema()})
    assert shop.ringfence("check").out.count("RF304") == 2
    assert "2 known findings, nothing new" in shop.ringfence("known", "prune").out


def test_update_says_what_is_said_now(shop: Consumer) -> None:
    add(shop)
    path = shop.folder / KNOWN
    path.write_text(
        path.read_text(encoding="utf-8").replace("decsription is", "an older sentence is"), encoding="utf-8"
    )
    assert shop.ringfence("check").all == ""
    shop.ringfence("known", "update")
    assert known(shop)[0].what.startswith("decsription is not a key")
    assert known(shop)[0].reason == "from before"


def test_it_grows_in_a_change_of_its_own(shop: Consumer) -> None:
    add(shop)
    assert shop.ringfence("check").all == ""
    shop.write({"models/orders.sql": SQL.replace("1", "2")})
    done = shop.ringfence("check")
    assert done.code == 1
    assert f"{KNOWN}:2:1: RF006 known-grown" in done.out


def test_changes_and_locks_cannot_be_known(shop: Consumer) -> None:
    (shop.folder / "models/orders.sql").unlink()
    (shop.folder / SCHEMA).unlink()
    found = json.loads(shop.ringfence("check", "--format", "json").out)["findings"]
    (removed,) = [one for one in found if one["code"] == "RF401"]
    entry = KnownFinding(removed["fingerprint"], 1, "model-removed", "by hand", "why not", "somebody", "2026-01-01")
    document = {"version": 1, "findings": [entry._asdict()]}
    shop.write({KNOWN: json.dumps(document), "models/next.sql": "select 1 as id\n"})
    assert "RF401" in shop.ringfence("check").out
    add(shop)
    assert [one.rule for one in known(shop)] == ["model-removed"]


def test_a_reason_is_asked_for_and_looked_at(shop: Consumer) -> None:
    done = shop.ringfence("known", "add", "--reason", " ")
    assert (done.code, done.out) == (2, "")
    assert "needs a reason" in done.err
    shop.write({"ringfence.yml": 'lock: {reason_pattern: "^[A-Z]+-[0-9]+"}\n'})
    done = shop.ringfence("known", "add", "--reason", "because")
    assert done.code == 2
    assert "does not match" in done.err
    assert shop.ringfence("known", "add", "--reason", "FIN-1 later").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "has the version None"),
        ('{"version": 2, "findings": []}', "has the version 2"),
        ('{"version": 1, "findings": {}}', "holds no list"),
        ('{"version": 1, "findings": [{"fingerprint": "a"}]}', "finding 1 is not one that ringfence wrote"),
        ('{"version": 1, "findings": [7]}', "finding 1 is not one that ringfence wrote"),
    ],
)
def test_a_broken_list_is_an_error_and_no_pass(shop: Consumer, content: str, said: str) -> None:
    shop.write({KNOWN: content})
    done = shop.ringfence("check")
    assert done.code == 2
    assert f"{KNOWN}" in done.err
    assert said in done.err


def test_a_list_that_was_broken_can_be_mended(shop: Consumer) -> None:
    add(shop)
    whole = (shop.folder / KNOWN).read_text(encoding="utf-8")
    shop.write({KNOWN: "{"})
    shop.commit("broken")
    shop.write({KNOWN: whole})
    assert shop.ringfence("check").all == ""


def test_an_entry_without_a_reason_is_an_error(shop: Consumer) -> None:
    add(shop)
    path = shop.folder / KNOWN
    path.write_text(path.read_text(encoding="utf-8").replace("from before", ""), encoding="utf-8")
    done = shop.ringfence("check")
    assert done.code == 2
    assert "has no reason" in done.err
