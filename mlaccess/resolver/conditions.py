"""Conditions on the roles that a caller holds: sets of roles of each of which the caller must hold one.

A fact about a caller that has one set of roles becomes two conditions: when it is certain, and when it is possible.
Rules have no negation, so a rule over such facts becomes two conditions as well.
"""

from collections.abc import Iterable, Iterator, Sized
from typing import Protocol

import attrs

from mlaccess.rules import Verdict

__all__ = ["ALWAYS", "DENIED", "GRANTED", "NEVER", "NOBODY", "UNKNOWN", "Clause", "Condition", "HeldRoles", "Holders"]

RoleSet = frozenset[int]
NOBODY: RoleSet = frozenset()

Clause = tuple[RoleSet, ...]
"""Met by whoever holds a role of any of the sets. Several sets, because large ones are shared between clauses."""


class HeldRoles(Sized, Protocol):
    """The numbers of the roles that a caller holds: a tuple, an array, a set."""

    def __iter__(self) -> Iterator[int]: ...


@attrs.frozen(eq=False, repr=False)
class Condition:
    """Every clause must be met; without clauses it always holds. `clauses` is None where it never holds.

    A caller who does not meet the clauses may meet the condition all the same, and has to be judged on their own, if
    they hold two roles of `joint` (which may grant together what none of them grants alone) or one of `touched`, or
    in any case if `open_to_all`.
    """

    clauses: tuple[Clause, ...] | None
    joint: RoleSet = NOBODY
    touched: RoleSet = NOBODY
    open_to_all: bool = False

    @property
    def always(self) -> bool:
        """Whether everybody meets the clauses."""
        return self.clauses == ()

    @property
    def decided(self) -> bool:
        """Whether the clauses decide for everybody."""
        return not (self.joint or self.touched or self.open_to_all)

    def met(self, roles: HeldRoles) -> bool:
        """Whether the clauses are met by whoever holds these roles."""
        clauses = self.clauses
        if clauses is None:
            return False
        for clause in clauses:
            for grants in clause:
                if not grants.isdisjoint(roles):
                    break
            else:
                return False
        return True

    def open(self, roles: HeldRoles) -> bool:
        """Whether the clauses, where they are not met, do not decide for whoever holds these roles."""
        if self.open_to_all or not self.touched.isdisjoint(roles):
            return True
        joint = self.joint
        return bool(joint) and sum(role in joint for role in set(roles)) > 1

    def __repr__(self) -> str:
        if self.clauses is None:
            return "<Condition never>"
        return f"<Condition of {len(self.clauses)} clauses{'' if self.decided else ', open for some'}>"


ALWAYS = Condition(())
NEVER = Condition(None)


@attrs.frozen(eq=False)
class Holders:
    """Who certainly holds something, and who possibly does. The same object twice where the export leaves no doubt."""

    granted: Condition
    possible: Condition

    @property
    def certain(self) -> bool:
        """Whether nothing is left in doubt for anybody."""
        return self.granted is self.possible

    @property
    def decided(self) -> bool:
        """Whether the clauses decide for everybody."""
        return self.granted.decided and self.possible.decided

    def verdict(self, roles: HeldRoles) -> Verdict | None:
        """The verdict for whoever holds these roles; None where they have to be judged on their own."""
        if self.granted.met(roles):
            return Verdict.GRANTED
        if self.granted.open(roles) or self.possible.open(roles):
            return None
        return Verdict.UNKNOWN if self.possible.met(roles) else Verdict.DENIED

    @staticmethod
    def of(verdict: Verdict) -> "Holders":
        """The same verdict for everybody."""
        return _CONSTANTS[verdict]

    @staticmethod
    def all_of(parts: "Iterable[Holders]") -> "Holders":
        """Who holds every part."""
        found: list[Holders] = []
        for part in parts:
            if part is DENIED:
                return DENIED
            if part is not GRANTED:
                found.append(part)
        if not found:
            return GRANTED
        if len(found) == 1:
            return found[0]
        granted = _all(part.granted for part in found)
        if all(part.certain for part in found):
            return Holders(granted, granted)
        return Holders(granted, _all(part.possible for part in found))

    @staticmethod
    def any_of(parts: "Iterable[Holders]") -> "Holders":
        """Who holds one part or more."""
        found: list[Holders] = []
        for part in parts:
            if part is GRANTED:
                return GRANTED
            if part is not DENIED:
                found.append(part)
        if not found:
            return DENIED
        if len(found) == 1:
            return found[0]
        granted = _any(part.granted for part in found)
        if all(part.certain for part in found):
            return Holders(granted, granted)
        return Holders(granted, _any(part.possible for part in found))


GRANTED = Holders(ALWAYS, ALWAYS)
UNKNOWN = Holders(NEVER, ALWAYS)
DENIED = Holders(NEVER, NEVER)
_CONSTANTS = {Verdict.GRANTED: GRANTED, Verdict.UNKNOWN: UNKNOWN, Verdict.DENIED: DENIED}


def _all(parts: Iterable[Condition]) -> Condition:
    clauses: dict[Clause, None] | None = {}
    open_ = _Open()
    for part in parts:
        if part.clauses is None and part.decided:
            return NEVER
        open_.add(part)
        if part.clauses is None:
            clauses = None
        elif clauses is not None:
            clauses.update(dict.fromkeys(part.clauses))
    return open_.condition(None if clauses is None else tuple(clauses))


def _any(parts: Iterable[Condition]) -> Condition:
    """By the distributive law: a clause of each part together is a clause of the whole."""
    clauses: tuple[Clause, ...] | None = None
    open_ = _Open()
    for part in parts:
        if part.clauses == ():
            return ALWAYS
        open_.add(part)
        if clauses is None:
            clauses = part.clauses
        elif part.clauses is not None:
            clauses = tuple(
                dict.fromkeys(tuple(dict.fromkeys((*one, *other))) for one in clauses for other in part.clauses)
            )
    return open_.condition(clauses)


class _Open:
    """For whom the clauses of some part do not decide. That they decide for a whole may be overlooked, never missed."""

    def __init__(self) -> None:
        self.joint = self.touched = NOBODY
        self.to_all = False

    def add(self, part: Condition) -> None:
        self.joint |= part.joint
        self.touched |= part.touched
        self.to_all = self.to_all or part.open_to_all

    def condition(self, clauses: tuple[Clause, ...] | None) -> Condition:
        if clauses is None and not (self.joint or self.touched or self.to_all):
            return NEVER
        return Condition(clauses, self.joint, self.touched, self.to_all)
