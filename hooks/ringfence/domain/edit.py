"""An edit of a properties file that mends a finding, said in terms of its tokens; text/edits.py carries it out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from ringfence.domain.place import Place

# What an edit's `action` may be:
# rename   the key at `place` is written `text`
# replace  the scalar at `place` is written `text`, which is YAML
# respell  the key or scalar at `place`, which says `into`, says `text`, in the quotes it has
# quote    the scalar at `place` is put in quotes as it stands
# unanchor the anchor at `place` goes
# remove   the key at `place` goes with its value
# drop     the list item that starts at `place` goes
# move     the key at `place` goes with its value below its sibling key `into`, which is made where it is missing; where
#          there is a `text`, it is called so there
# prepend  the mapping that has a key at `place` gets the pair `text`, which is YAML, before it
# append   the mapping that has a key at `place` gets the pair `text`, which is YAML, behind it
# insert   the mapping that has a key at `place` gets one more item `text`, which is YAML, in its list `into`: where
#          `names` puts it among the others, else at the end
# reorder  the list of the key at `place` is put in the order of `names`; what they do not name stays behind, as it was
# enter    the node that the file of `place` holds gets the entry `text`, which is YAML, in the list `into` of a
#          properties file beside it, which is made where there is none

# Words that YAML 1.1 reads as something else than text.
_READ = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


class Edit(NamedTuple):
    """One edit. An unsafe one changes what dbt does today, and is made only when that is asked for."""

    action: str
    place: Place
    text: str = ""
    into: str = ""
    names: tuple[str, ...] = ()
    safe: bool = True


def written(name: str) -> str:
    """Return a name as YAML: plain where it reads as itself everywhere, else in double quotes."""
    if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) and name.lower() not in _READ:
        return name
    import json

    return json.dumps(name, ensure_ascii=False)
