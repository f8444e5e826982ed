"""Which models others rest on, and which protective tags that speaks for: numbers first, words beside them.

A tag is proposed only for what is known. What cannot be told of a model (its tags, its access) is said and left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.impact import number_of, steps_from
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project
    from ringfence.domain.settings import LockSettings

FOUNDATION, EVENT_SOURCING = "foundation", "event_sourcing"
# What one of each counts. A model that changes often is where others are hurt; ten changes say no more than five.
_EXPOSURE = "exposure."
POINTS = {"direct": 3, "transitive": 1, "exposure": 5, "public": 5, "contract": 2, "change": 1}
MOST_CHANGES = 5
DAYS = 365  # of history that is looked at
# Columns that only a row which says that something happened has: by these names alone events are told from states.
_EVENT_COLUMNS = frozenset(
    {"event_id", "event_type", "event_name", "event_at", "event_time", "event_timestamp", "event_date", "occurred_at"}
)


class Measures(NamedTuple):
    """What rests on a model and what it promises; None is not known."""

    direct: int
    transitive: int
    perhaps: int
    exposures: int
    exposed: tuple[str, ...]
    public: bool | None
    contract: bool | None
    root: bool
    events: bool
    changes: int | None

    @property
    def parts(self) -> tuple[tuple[str, int, int], ...]:
        """What the score is made of: a word, how many there are, the points that they give."""
        numbers = {
            "direct": self.direct,
            "transitive": self.transitive,
            "exposure": self.exposures,
            "public": int(self.public is True),
            "contract": int(self.contract is True),
            "change": self.changes or 0 if self.rests else 0,
        }
        capped = {**numbers, "change": min(numbers["change"], MOST_CHANGES)}
        return tuple((word, number, capped[word] * POINTS[word]) for word, number in numbers.items() if number)

    @property
    def rests(self) -> bool:
        """Whether anything rests on the model, or somebody was promised it."""
        return bool(self.direct or self.exposures or self.public)

    @property
    def score(self) -> int:
        """The points together."""
        return sum(points for _, _, points in self.parts)


class Proposal(NamedTuple):
    """A tag and why."""

    tag: str
    why: str


class Ranked(NamedTuple):
    """A model with what it scores, the tags it has (None: not known) and those that are proposed and not there yet."""

    node: Node
    measures: Measures
    tags: frozenset[str] | None
    proposals: tuple[Proposal, ...]

    @property
    def label(self) -> str:
        """The model's name, with its version."""
        return self.node.identity.label


class Flag(NamedTuple):
    """Something about the tags of a project: `over-tagging`, `tag-drift` or `case-variant`."""

    kind: str
    told: str
    models: tuple[str, ...]


class Readers:
    """Who reads what, looked up once for each node; what only a run decides is kept apart."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._found: dict[str, tuple[tuple[str, ...], int]] = {}

    def of(self, node: Node) -> tuple[tuple[str, ...], int]:
        """Return the keys of what reads a node for certain, tests left out, and how many others perhaps do."""
        if node.key not in self._found:
            near = [one for one in steps_from(node, self._project) if one[0].identity.kind not in ("test", "unit_test")]
            certain = tuple(child.key for child, doubt in near if doubt is None)
            self._found[node.key] = certain, len(near) - len(certain)
        return self._found[node.key]

    def below(self, node: Node) -> set[str]:
        """Return the keys of everything that rests on a node for certain."""
        found: set[str] = set()
        waiting = [node.key]
        while waiting:
            here = self._project.whole(waiting.pop())
            following = () if here is None else self.of(here)[0]
            waiting += [key for key in following if key not in found]
            found.update(following)
        return found - {node.key}


def measured(node: Node, readers: Readers, changes: int | None) -> Measures:
    """Return what rests on a model; `changes` is how often it was changed, None where no history is there."""
    near, perhaps = readers.of(node)
    below = readers.below(node)
    exposures = {key for key in below if key.startswith(_EXPOSURE)}
    direct = [key for key in near if not key.startswith(_EXPOSURE)]
    return Measures(
        direct=len(direct),
        transitive=len(below) - len(exposures) - len(direct),
        perhaps=perhaps,
        exposures=len(exposures),
        exposed=tuple(sorted(key.split(".", 2)[2] for key in near if key.startswith(_EXPOSURE))),
        public=_told(node.config.get("access"), lambda value: value == "public"),
        contract=_told(node.contract, bool),
        root=_is_root(node),
        events=_holds_events(node),
        changes=changes,
    )


def _told(fact: Fact[object], holds: Callable[[object], bool]) -> bool | None:
    return None if isinstance(fact, Unknown) else holds(fact.value)


def _is_root(node: Node) -> bool:
    """Return whether a model is known to read sources and nothing else."""
    if isinstance(node.refs, Unknown) or isinstance(node.sources, Unknown):
        return False
    return bool(node.sources.value) and not node.refs.value


def _holds_events(node: Node) -> bool:
    """Return whether a model is known to gain rows and change none, one for each event."""
    kept = [node.materialized, node.config.get("incremental_strategy"), node.config.get("unique_key")]
    if [fact.value if isinstance(fact, Known) else ... for fact in kept] != ["incremental", "append", None]:
        return False
    outputs = node.outputs
    names = [one.name for one in node.columns] + list(outputs.value if isinstance(outputs, Known) else ())
    return any(name.lower() in _EVENT_COLUMNS for name in names)


def ranked(
    nodes: Iterable[Node], project: Project, settings: LockSettings, fan_out: int, changes: Mapping[str, int] | None
) -> list[Ranked]:
    """Return models with what they score, the highest first; `changes` counts by path."""
    made = []
    readers = Readers(project)
    for node in nodes:
        measures = measured(node, readers, None if changes is None else changes.get(node.path, 0))
        tags = node.tags.value if isinstance(node.tags, Known) else None
        wanted = () if tags is None else tuple(_proposed(measures, settings, fan_out))
        made.append(Ranked(node, measures, tags, tuple(one for one in wanted if one.tag not in (tags or ()))))
    return sorted(made, key=lambda one: (-one.measures.score, one.node.key))


def _proposed(measures: Measures, settings: LockSettings, fan_out: int) -> Iterable[Proposal]:
    critical, locked = (tags[0] if tags else "" for tags in (settings.require, settings.tags))
    if measures.direct > fan_out:
        many = f"it has {number_of(measures.direct, 'direct dependent')}, more than {fan_out}"
        if measures.root:
            yield Proposal(FOUNDATION, f"it reads sources alone, and {many}")
        elif critical:
            yield Proposal(critical, many)
    if measures.events:
        yield Proposal(EVENT_SOURCING, "incremental, strategy append, no unique_key, and its rows are events")
    if locked and measures.public:
        yield Proposal(locked, "its access is public")
    elif locked and measures.exposed:
        shown = (
            f"exposure {measures.exposed[0]}" if len(measures.exposed) == 1 else f"{len(measures.exposed)} exposures"
        )
        yield Proposal(locked, f"{shown} {'shows' if len(measures.exposed) == 1 else 'show'} it directly")


def flags(
    found: Sequence[Ranked], settings: LockSettings, most: int, spellings: Callable[[str], Mapping[str, Sequence[str]]]
) -> list[Flag]:
    """Return what is odd about the protective tags of a project's models.

    `most` is how many of a hundred models may have one; `spellings` tells how files spell a tag.
    """
    protective = (*settings.require, *settings.tags)
    known = [one for one in found if one.tags is not None]
    tagged = [one for one in known if one.tags is not None and one.tags.intersection(protective)]
    made = []
    names = " or ".join(dict.fromkeys(protective))
    if tagged and len(tagged) * 100 > most * len(known):
        share = round(100 * len(tagged) / len(known))
        told = f"{len(tagged)} of {number_of(len(known), 'model')} ({share} %) are tagged {names}, more than {most} %"
        made.append(Flag("over-tagging", told, ()))
    idle = [one.label for one in tagged if not one.measures.rests]
    if idle:
        made.append(Flag("over-tagging", f"tagged {names}, and nothing rests on them", tuple(sorted(idle))))
    made += _drift([one for one in tagged if one.measures.rests], known, protective, names)
    for tag in dict.fromkeys((*protective, FOUNDATION, EVENT_SOURCING)):
        others = {name: files for name, files in spellings(tag).items() if name != tag}
        for name, files in others.items():
            made.append(Flag("case-variant", f"{name} is not {tag}: dbt tells letter case apart", tuple(files)))
    return made


def _drift(tagged: list[Ranked], known: list[Ranked], protective: Sequence[str], names: str) -> Iterable[Flag]:
    """Yield the models without a protective tag that score as high as the middle one of those that have one."""
    if not tagged:
        return
    scores = sorted(one.measures.score for one in tagged)
    middle = scores[len(scores) // 2]
    beside = [one for one in known if not (one.tags or frozenset()).intersection(protective)]
    high = [one.label for one in beside if one.measures.score >= middle]
    if high:
        told = f"not tagged {names}, and score as high as the tagged ones do (half of those have {middle} or more)"
        yield Flag("tag-drift", told, tuple(high))


_WORDS = {
    "direct": ("direct dependent", "direct dependents"),
    "transitive": ("transitive dependent", "transitive dependents"),
    "exposure": ("exposure", "exposures"),
    "change": (f"change in {DAYS} days", f"changes in {DAYS} days"),
}
_SWITCHES = {"public": "public access", "contract": "contract"}


def explained(measures: Measures) -> str:
    """Return what a score is made of, points behind each: `5 direct dependents = 15, public access = 5`."""
    told = []
    for word, number, points in measures.parts:
        one, several = _WORDS.get(word, ("", ""))
        told.append(f"{_SWITCHES.get(word) or f'{number} {one if number == 1 else several}'} = {points}")
    told += [f"{measures.perhaps} more read it perhaps"] if measures.perhaps else []
    told += [f"{_SWITCHES[name]} not known" for name in _SWITCHES if getattr(measures, name) is None]
    return ", ".join(told) or "nothing rests on it"
