"""The cache: facts by content, and what was recorded of the last judged tree, in one SQLite file.

Nothing about correctness depends on it. What cannot be read counts as not there; what cannot be written at once,
because another process writes, is dropped; a file that is no database is left behind for a new one. One transaction
reads, one short one writes at the end, and only onto the very state that was read.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ringfence.domain.namedtuple import NamedTuple
from ringfence.stores.cache_file import claim, current, discard, is_local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (kind TEXT, blob TEXT, body TEXT, UNIQUE (kind, blob));
CREATE TABLE IF NOT EXISTS slot (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE, units TEXT, results TEXT, tree TEXT, overlay TEXT, stamp TEXT);
CREATE TABLE IF NOT EXISTS record (
    slot INTEGER, kind TEXT, owner TEXT, body TEXT, PRIMARY KEY (slot, kind, owner)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
    slot INTEGER, kind TEXT, key TEXT, owner TEXT, PRIMARY KEY (slot, kind, key, owner)) WITHOUT ROWID;
"""
MAX_FACTS = 200_000  # rows; the oldest go first
MAX_SLOTS = 64
_BATCH = 500  # names in one statement


class Slot(NamedTuple):
    """What is kept of one project: what the records rest on besides the tree, the tree, and where they stand."""

    id: int
    units: str
    results: str
    tree: str
    overlay: dict[str, list[str] | None]
    stamp: str


class Cache:
    """Facts and slots in a folder. Made anew where it is broken; silent where it cannot be used."""

    def __init__(self, folder: str, edition: str) -> None:
        self.folder, self._edition = folder, edition
        self.path = current(folder, edition)
        self._facts: dict[tuple[str, str], str] = {}
        self._saves: list[Save] = []
        self._open: sqlite3.Connection | None = None
        self._tried = False

    # facts

    def get(self, kind: str, blobs: Iterable[str]) -> Mapping[str, str]:
        """Return those of the facts that are there."""
        found: dict[str, str] = {}
        wanted = list(blobs)
        for start in range(0, len(wanted), _BATCH):
            group = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(group))
            found.update(
                self._ask(f"SELECT blob, body FROM facts WHERE kind = ? AND blob IN ({marks})", kind, *group)  # noqa: S608  (question marks only)
            )
        return found

    def put(self, kind: str, blob: str, text: str) -> None:
        """Keep the facts of a blob when the cache is written."""
        self._facts[kind, blob] = text

    # the last judged tree

    def slot(self, name: str) -> Slot | None:
        """Return what is kept under a name."""
        rows = self._ask("SELECT id, units, results, tree, overlay, stamp FROM slot WHERE name = ?", name)
        if not rows:
            return None
        number, units, results, tree, overlay, stamp = rows[0]
        return Slot(number, units, results, tree, json.loads(overlay), stamp)

    def records(self, slot: Slot) -> Stored:
        """Return the records of a slot."""
        return Stored(self, slot.id)

    def save(self, save: Save) -> None:
        """Replace what is kept under a name when the cache is written."""
        self._saves.append(save)

    def counts(self) -> dict[str, int]:
        """Return the number of rows by table."""
        tables = ("facts", "slot", "record")
        found = {table: self._ask(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608  (our own names)
        return {table: rows[0][0] if rows else 0 for table, rows in found.items()}

    def close(self) -> None:
        """Write what was put and saved, if nobody else is writing, and let go of the file."""
        if self._facts or self._saves:
            try:
                # locked, full, read-only, a path that is no UTF-8: the next run works it out again
                with suppress(sqlite3.OperationalError, UnicodeEncodeError):
                    self._write()
            except sqlite3.DatabaseError:
                self._abandon()
            self._facts, self._saves = {}, []
        if self._open is not None:
            with suppress(sqlite3.Error):
                self._open.close()
        self._open, self._tried = None, False

    def _ask(self, statement: str, *values: object) -> list[Any]:
        connection = self._reading()
        if connection is None:
            return []
        try:
            return connection.execute(statement, values).fetchall()
        except (sqlite3.OperationalError, UnicodeEncodeError):
            return []
        except sqlite3.DatabaseError:
            self._abandon()
            return []

    def _reading(self) -> sqlite3.Connection | None:
        """Return a connection within one transaction, so that all answers are of one state; None without a cache."""
        if self._tried:
            return self._open
        self._tried = True
        if self.path is None:
            return None
        try:
            connection = sqlite3.connect(
                f"file:{_quoted(self.path)}?mode=rw", uri=True, timeout=0.2, isolation_level=None
            )
            self._open = connection
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM slot LIMIT 1").fetchall()
        except sqlite3.OperationalError:
            self._open = None
        except sqlite3.DatabaseError:
            self._abandon()
        return self._open

    def _abandon(self) -> None:
        """Give up a file that is no database."""
        if self._open is not None:
            with suppress(sqlite3.Error):
                self._open.close()
            self._open = None
        if self.path is not None:
            discard(self.path)
            self.path = None

    def _write(self) -> None:
        connection = self._reading()
        if connection is None:
            if self.path is None:
                self.path = claim(self.folder, self._edition)
            if self.path is None:
                return
            connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
            self._open = connection
            if is_local(self.folder):
                connection.execute("PRAGMA journal_mode = WAL")
        else:
            connection.execute("COMMIT")
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            facts = ((kind, blob, body) for (kind, blob), body in self._facts.items())
            connection.executemany("INSERT OR IGNORE INTO facts VALUES (?, ?, ?)", facts)
            for save in self._saves:
                save.write(connection)
            self._prune(connection)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    @staticmethod
    def _prune(connection: sqlite3.Connection) -> None:
        last = connection.execute("SELECT max(rowid) FROM facts").fetchone()[0] or 0
        first = connection.execute("SELECT min(rowid) FROM facts").fetchone()[0] or 0
        if last - first > MAX_FACTS:
            connection.execute("DELETE FROM facts WHERE rowid <= ?", (last - MAX_FACTS // 2,))
        old = connection.execute("SELECT id FROM slot ORDER BY id DESC LIMIT -1 OFFSET ?", (MAX_SLOTS,)).fetchall()
        for (slot,) in old:
            _forget(connection, slot)


class Stored:
    """The records of one slot, each read when it is asked for."""

    def __init__(self, cache: Cache, slot: int) -> None:
        self._cache, self._slot = cache, slot

    def owners(self, kind: str, key: str) -> list[str]:
        """Return the owners that are linked to a key."""
        statement = "SELECT owner FROM link WHERE slot = ? AND kind = ? AND key = ?"
        return [owner for (owner,) in self._cache._ask(statement, self._slot, kind, key)]

    def record(self, kind: str, owner: str) -> Any:
        """Return what is recorded of an owner, or None."""
        statement = "SELECT body FROM record WHERE slot = ? AND kind = ? AND owner = ?"
        rows = self._cache._ask(statement, self._slot, kind, owner)
        return json.loads(rows[0][0]) if rows else None

    def records(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Yield every owner of a kind with its record."""
        rows = self._cache._ask("SELECT owner, body FROM record WHERE slot = ? AND kind = ?", self._slot, kind)
        return ((owner, json.loads(body)) for owner, body in rows)


class Save(NamedTuple):
    """A write of one slot: what `slot` held of these kinds is replaced (fresh) or changed owner by owner.

    `changes` is kind -> owner -> record (None: gone); `links` says for each kind which parts of a record are links, by
    kind of link. A slot that somebody else has written since it was read is left alone.
    """

    name: str
    before: Slot | None
    after: Slot
    fresh: frozenset[str]
    changes: Mapping[str, Mapping[str, Any]]
    links: Mapping[str, str]

    def write(self, connection: sqlite3.Connection) -> None:
        """Write it inside the running transaction."""
        found = connection.execute("SELECT id, stamp FROM slot WHERE name = ?", (self.name,)).fetchone()
        if found is not None and (self.before is None or found != (self.before.id, self.before.stamp)):
            return
        if found is None and self.before is not None:
            return
        number = self._head(connection, found)
        for kind, owners in self.changes.items():
            links = [link for link, held in self.links.items() if held == kind]
            if kind in self.fresh:
                _forget(connection, number, kind, links)
            else:
                self._remove(connection, number, kind, owners, links)
            rows = [(owner, body) for owner, body in sorted(owners.items()) if body is not None]
            connection.executemany(
                "INSERT INTO record VALUES (?, ?, ?, ?)",
                ((number, kind, owner, json.dumps(body, separators=(",", ":"))) for owner, body in rows),
            )
            linked = sorted((link, key, owner) for owner, body in rows for link in links for key in body.get(link, ()))
            values = ((number, *one) for one in linked)
            connection.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", values)

    def _head(self, connection: sqlite3.Connection, found: Any) -> int:
        after = self.after
        values = (after.units, after.results, after.tree, json.dumps(after.overlay), after.stamp)
        if found is not None:
            connection.execute(
                "UPDATE slot SET units = ?, results = ?, tree = ?, overlay = ?, stamp = ? WHERE id = ?",
                (*values, found[0]),
            )
            return int(found[0])
        statement = "INSERT INTO slot (units, results, tree, overlay, stamp, name) VALUES (?, ?, ?, ?, ?, ?)"
        return int(connection.execute(statement, (*values, self.name)).lastrowid or 0)

    @staticmethod
    def _remove(
        connection: sqlite3.Connection, number: int, kind: str, owners: Iterable[str], links: list[str]
    ) -> None:
        for owner in owners:
            where = (number, kind, owner)
            row = connection.execute(
                "SELECT body FROM record WHERE slot = ? AND kind = ? AND owner = ?", where
            ).fetchone()
            if row is None:
                continue
            body = json.loads(row[0])
            gone = [(number, link, key, owner) for link in links for key in body.get(link, ())]
            connection.executemany("DELETE FROM link WHERE slot = ? AND kind = ? AND key = ? AND owner = ?", gone)
            connection.execute("DELETE FROM record WHERE slot = ? AND kind = ? AND owner = ?", where)


def _forget(
    connection: sqlite3.Connection, slot: int, kind: str | None = None, links: Iterable[str] | None = None
) -> None:
    """Delete what a slot holds: of one kind, or all of it."""
    if kind is None:
        connection.execute("DELETE FROM record WHERE slot = ?", (slot,))
        connection.execute("DELETE FROM link WHERE slot = ?", (slot,))
        connection.execute("DELETE FROM slot WHERE id = ?", (slot,))
        return
    connection.execute("DELETE FROM record WHERE slot = ? AND kind = ?", (slot, kind))
    for link in links or ():
        connection.execute("DELETE FROM link WHERE slot = ? AND kind = ?", (slot, link))


def _quoted(path: str) -> str:
    return os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
