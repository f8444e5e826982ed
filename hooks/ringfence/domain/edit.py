"""An edit of a properties file that mends a finding, said in terms of its tokens; text/edits.py carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from ringfence.domain.place import Place

# rename   the key at `place` is written `text`
# replace  the scalar at `place` is written `text`, which is YAML
# quote    the scalar at `place` is put in quotes as it stands
# remove   the key at `place` goes with its value
# drop     the list item that starts at `place` goes
# move     the key at `place` goes with its value below its sibling key `text`, which is made where it is missing
# insert   the mapping that has a key at `place` gets one more item `text`, which is YAML, in its list `into`
# reorder  the list of the key at `place` is put in the order of `names`; what they do not name stays behind, as it was
ACTIONS = ("rename", "replace", "quote", "remove", "drop", "move", "insert", "reorder")


class Edit(NamedTuple):
    """One edit. An unsafe one changes what dbt does today, and is made only when that is asked for."""

    action: str
    place: Place
    text: str = ""
    into: str = ""
    names: tuple[str, ...] = ()
    safe: bool = True
