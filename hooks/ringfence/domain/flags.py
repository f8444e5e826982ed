"""Feature flags: the registry in `vars: ringfence_flags:` of dbt_project.yml, and where files use a flag.

What an entry may hold and what decides a flag is said by the dbt package, in dbt_package/macros/flags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.fact import Fact, Unknown
    from ringfence.domain.place import Place

TYPES = ("release", "experiment", "ops", "permission")
KEYS = (
    *("description", "owner", "type", "created", "expires", "permanent", "default", "by_target", "rollout", "kill"),
    "meta",
)
# The keys that say how a flag stands.
SWITCHING = ("default", "by_target", "rollout", "kill")
_ROLLOUT = ("percent", "key", "salt")
_SWITCHES = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}


def switch(value: object) -> bool | None:
    """Return what a value says as a switch: on, off, true, false, 1 or 0, in any case; None for anything else."""
    return _SWITCHES.get(str(value).lower())


def problem_of(name: str, entry: object) -> str:
    """Return what is wrong with an entry of the registry, or an empty text: what stops the parse of whoever uses it."""
    if not (name[:1].isascii() and name[:1].islower() and _is_plain(name)):
        return "its name must be small letters, digits and _, with a letter first"
    if not isinstance(entry, dict):
        return "its entry must be a mapping"
    unknown = next((key for key in entry if key not in KEYS), None)
    if unknown is not None:
        return f"its entry has the unknown key '{unknown}'{_question(unknown, KEYS)}"
    if entry.get("type", "release") not in TYPES:
        return "its type must be release, experiment, ops or permission"
    if not isinstance(entry.get("permanent", False), bool):
        return "permanent must be true or false"
    if "expires" not in entry and not entry.get("permanent"):
        return "expires is missing, and it is not permanent"
    wrong = next((key for key in ("created", "expires") if key in entry and not is_day(entry[key])), None)
    if wrong is not None:
        return f"{wrong} must be a day such as 2027-01-31"
    targets = entry.get("by_target") or {}
    if not isinstance(targets, dict):
        return "by_target must be a mapping from names of targets to on or off"
    return _rollout_problem(entry.get("rollout")) or _switch_problem(entry, targets)


def _rollout_problem(rollout: object) -> str:
    if rollout is None:
        return ""
    if not isinstance(rollout, dict):
        return "rollout must be a mapping"
    unknown = next((key for key in rollout if key not in _ROLLOUT), None)
    if unknown is not None:
        return f"rollout has the unknown key '{unknown}'{_question(unknown, _ROLLOUT)}"
    if "percent" in rollout and percent_of(rollout) is None:
        return "rollout.percent must be a number from 0 to 100"
    wrong = next((key for key in ("key", "salt") if key in rollout and not _is_text(rollout[key])), None)
    return "" if wrong is None else f"rollout.{wrong} must be a text"


def _switch_problem(entry: dict[str, object], targets: dict[str, object]) -> str:
    given = [("kill", entry.get("kill", False)), *(("by_target", value) for value in targets.values())]
    for place, value in [*given, ("default", entry.get("default", False))]:
        if switch(value) is None:
            return f"{place} is '{value}', which is neither on nor off"
    return ""


def percent_of(rollout: dict[str, object]) -> float | None:
    """Return the percentage that a mapping `rollout` gives, None where it gives none that is from 0 to 100."""
    value = rollout.get("percent")
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100
    return value if fits and isinstance(value, int | float) else None


def is_day(value: object) -> bool:
    """Return whether a value is a day such as 2027-01-31."""
    import datetime

    text = str(value)
    if len(text) != 10 or text[0] not in "12" or text[4] + text[7] != "--":
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_plain(name: str) -> bool:
    return all(sign == "_" or (sign.isascii() and (sign.islower() or sign.isdigit())) for sign in name)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _question(word: object, names: Iterable[str]) -> str:
    return did_you_mean(str(word), names)


class Flag(NamedTuple):
    """One flag of the registry: its name, the place of its key, and its entry as plain values."""

    name: str
    place: Place
    entry: object

    @property
    def problem(self) -> str:
        """What is wrong with the entry, or an empty text."""
        return problem_of(self.name, self.entry)

    @property
    def body(self) -> dict[str, object]:
        """The entry; empty where it is no mapping."""
        return self.entry if isinstance(self.entry, dict) else {}

    def text(self, key: str) -> str:
        """Return a text of the entry, without blanks around it; empty where there is none."""
        value = self.body.get(key)
        return value.strip() if isinstance(value, str) else ""

    def day(self, key: str) -> str | None:
        """Return a day of the entry as YYYY-MM-DD, or None where there is none."""
        value = self.body.get(key)
        return str(value) if is_day(value) else None

    @property
    def type(self) -> str:
        """release, experiment, ops or permission; release where nothing is said."""
        return str(self.body.get("type", "release"))

    @property
    def permanent(self) -> bool:
        """Whether the flag is to stay."""
        return self.body.get("permanent") is True

    @property
    def default(self) -> bool:
        """Whether it is on where no target says otherwise."""
        return switch(self.body.get("default", False)) is True

    @property
    def by_target(self) -> dict[str, bool]:
        """What it is in the targets that say so."""
        targets = self.body.get("by_target")
        return {str(key): switch(value) is True for key, value in targets.items()} if isinstance(targets, dict) else {}

    @property
    def rollout(self) -> dict[str, object]:
        """The mapping `rollout`; empty where there is none."""
        rollout = self.body.get("rollout")
        return rollout if isinstance(rollout, dict) else {}

    @property
    def killed(self) -> bool:
        """Whether the registry holds it off."""
        return switch(self.body.get("kill", False)) is True

    @property
    def everywhere(self) -> bool | None:
        """True where it is on for every key in every target, False where it is off in all, None where neither."""
        if self.killed:
            return False
        states = {self.default, *self.by_target.values()}
        if states == {True}:
            percent = percent_of(self.rollout) if "percent" in self.rollout else 100
            return True if percent == 100 else None
        return False if states == {False} else None


class Use(NamedTuple):
    """One use of a flag: the macro, the flag (None: only a run knows the name), the place and the line's file.

    `nodes` are the keys of the nodes that the file makes, or that reach the macro it stands in; `macro` is that macro's
    name, empty elsewhere; `depth` counts the flags around it and itself. A `where` of `template` is a SQL file's,
    `properties` and `settings` are YAML.
    """

    call: str
    flag: str | None
    place: Place
    where: str = "template"
    nodes: tuple[str, ...] = ()
    macro: str = ""
    depth: int = 1


class GuardedRead(NamedTuple):
    """A `ref()` or `source()` that only one side of a flag reads: how it is written, and the flag (None: unnamed)."""

    flag: str
    read: str
    place: Place


class RawTruth(NamedTuple):
    """A condition that takes the truth of `var()` or `env_var()` as it is.

    `held` is what that is known to be: text, boolean, other, or unknown where no file says it.
    """

    function: str
    name: str
    held: str
    place: Place


class Flags(NamedTuple):
    """All that a project says of flags. `unseen` is why there may be uses that cannot be seen, `undeclared` why flags.

    `overrides` are the flags that variables of dbt_project.yml name (`ringfence_flag__x`, `ringfence_kill`).
    """

    registry: tuple[Flag, ...]
    uses: tuple[Use, ...]
    overrides: tuple[Use, ...] = ()
    reads: tuple[GuardedRead, ...] = ()
    truths: tuple[RawTruth, ...] = ()
    unseen: Unknown | None = None
    undeclared: Unknown | None = None


class FlagSubject(NamedTuple):
    """What rules are asked about a flag of the registry: its uses, and the day in UTC as YYYY-MM-DD."""

    flag: Flag
    uses: tuple[Use, ...]
    unseen: Unknown | None
    today: str

    @property
    def kind(self) -> str:
        """What it is about."""
        return "flag"

    @property
    def name(self) -> str:
        """The flag's name."""
        return self.flag.name

    @property
    def place(self) -> Place:
        """Where the registry names it."""
        return self.flag.place


class UseSubject(NamedTuple):
    """What rules are asked about one use: the registry's names, and the locked models that it reaches."""

    use: Use
    names: tuple[str, ...]
    undeclared: Unknown | None
    locked: Fact[tuple[str, ...]]

    @property
    def kind(self) -> str:
        """What it is about."""
        return "flag"

    @property
    def name(self) -> str:
        """The flag's name; empty where only a run knows it."""
        return self.use.flag or ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.use.place
