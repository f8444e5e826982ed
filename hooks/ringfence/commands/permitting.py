"""Leave to change locks: permits are written, found and spent, and what CI would refuse is refused at once."""

from __future__ import annotations

import datetime
import os
import re
from typing import TYPE_CHECKING

from ringfence.commands.locking import author, by_project, check_reason, open_session, say, today
from ringfence.commands.output import command
from ringfence.commands.ranging import permits_of
from ringfence.domain.errors import RingfenceError
from ringfence.domain.permit import ANY_MODEL, DAYS, POLICY, Permit
from ringfence.stores.files import write_atomic
from ringfence.stores.permits import permit_path, render

if TYPE_CHECKING:
    import argparse

    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.lock import History, Lock


def permit(arguments: argparse.Namespace) -> int:
    """Write a permit for each project of the named models; it counts once it is merged."""
    with open_session(arguments) as session:
        models = [name for name in arguments.models if name != ANY_MODEL]
        written = []
        for judged, names in by_project(session, models):
            check_reason(arguments, judged)
            made = _made(session, arguments, tuple(names) if models else (ANY_MODEL,), judged.project.root)
            write_atomic(os.path.join(session.git.root, made.path), render(made))
            written.append(made)
            if not models:
                break  # one for all projects: CI looks at those of every project
    for made in written:
        say(f"wrote {made.path}")
        say(f"now type: git add {made.path}")
        say(f"once that is merged, until {made.expires}: {_use(made)}")
    return 0


def granted(session: Session, judged: Judged, lock: Lock, entry: History, arguments: argparse.Namespace) -> History:
    """Return an entry of a lock's history with the leave that its class needs.

    Raises RingfenceError, with what to type, where CI would refuse the change: in a freeze, without a permit.
    """
    policy = judged.settings.lock
    owners = dict(policy.approvers).get(entry.change_class, ())
    entry = entry._replace(approvers=owners)
    if arguments.emergency:
        return entry._replace(expires=_expires(lock, arguments.days, policy.emergency_days))
    frozen = policy.frozen(entry.date)
    if frozen is not None:
        raise RingfenceError(
            f"no lock changes from {frozen[0]} to {frozen[1]} (lock.freeze)",
            do=f"wait, or, where it cannot: {command()} lock update {lock.label} --emergency --reason WHY",
        )
    if arguments.permit is None and entry.change_class not in policy.prior:
        return entry
    return entry._replace(permit=_spent(session, lock.label, entry, arguments.permit))


def _spent(session: Session, label: str, entry: History, asked: str | None) -> str:
    """Return the id of the permit that a change spends: the one asked for, or the only one that may be used."""
    permits = permits_of(session)
    if asked is not None:
        refusal = permits.refusal(asked, label, entry.change_class, entry.date)
        if refusal is not None:
            raise RingfenceError(f"the change of {label} is {entry.change_class}: {refusal}", do=_ask(label, entry))
        return asked
    usable = [one.id for one in permits.usable(label, entry.change_class, entry.date)]
    if len(usable) == 1:
        return usable[0]
    if usable:
        raise RingfenceError(
            f"several permits allow the change of {label}", do=f"name one: --permit {' or --permit '.join(usable)}"
        )
    refusals = [one.refusal(label, entry.change_class, entry.date, permits.spent) for one in permits.merged]
    told = f" ({'; '.join(filter(None, refusals))})" if refusals else ""
    raise RingfenceError(
        f"the change of {label} is {entry.change_class}, which needs a permit that is merged already{told}",
        do=_ask(label, entry),
    )


def _ask(label: str, entry: History) -> str:
    return (
        f"merge a permit first: {command()} lock permit {label} --class {entry.change_class} --reason WHY; what cannot "
        f"wait: {command()} lock update {label} --emergency --reason WHY"
    )


def _expires(lock: Lock, asked: int | None, most: int) -> str:
    """Return the last day of an emergency that begins today."""
    if lock.emergency is not None:
        raise RingfenceError(
            f"the emergency of {lock.emergency.date} is not settled, and none is made on top of another",
            do=f"make it good: {command()} lock update {lock.label} --reason WHY",
        )
    days = most if asked is None else asked
    if not 0 < days <= most:
        raise RingfenceError(f"an emergency lasts {most} days at most (lock.emergency_days)", do=f"--days {most}")
    return _in_days(days)


def _made(session: Session, arguments: argparse.Namespace, models: tuple[str, ...], root: str) -> Permit:
    if not 0 < arguments.days <= DAYS:
        raise RingfenceError(f"a permit holds {DAYS} days at most", do=f"--days {DAYS}")
    classes = tuple(dict.fromkeys(arguments.classes))
    named = POLICY if models == (ANY_MODEL,) else models[0]
    # two people may write one on the same day for the same model: neither may take the other's file
    name = f"{today()}-{re.sub(r'[^A-Za-z0-9_.]+', '-', named)}-{os.urandom(3).hex()}"
    by = arguments.by or author(session)
    made = Permit(name, models, classes, arguments.reason, by, today(), _in_days(arguments.days))
    return made._replace(ticket=arguments.ticket or "", path=permit_path(root, name))


def _in_days(number: int) -> str:
    first = datetime.date.fromisoformat(today())
    return (first + datetime.timedelta(days=number)).isoformat()


def _use(made: Permit) -> str:
    if POLICY in made.classes:
        return f"git rm {made.path}, in the change that it permits"
    return f"{command()} lock update {' '.join(made.models)} --permit {made.id} --reason WHY"
