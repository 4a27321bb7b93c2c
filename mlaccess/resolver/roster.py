"""The roles of a deployment, numbered, with what is known of each: what stands behind sets of roles in `conditions`."""

from collections.abc import Iterable, Iterator

from mlaccess.stack import Deployment, NotExported

from .compiled import CompiledRole, Compiler
from .conditions import NEVER, NOBODY, Clause, Condition
from .definitions import Definitions
from .gates import Gates
from .subjects import Subjects

__all__ = ["Roster"]

_LARGE = 64
"""So many roles make a set worth sharing between clauses; smaller ones are united."""


class Roster:
    """Every role name that some export defines or assigns, by number.

    The numbers of the roles that native users hold are those of `Users.columns`. Roles of anonymous access are held
    by everyone; conditions are made so that they need not be among the roles of a caller.
    """

    def __init__(
        self, deployment: Deployment, definitions: Definitions, compiler: Compiler, gates: Gates, subjects: Subjects
    ) -> None:
        self.compiler = compiler
        self.security_off = gates.security_off() is not None
        anonymous = gates.anonymous_roles()
        names: dict[str, None] = {}
        for users in (deployment.users, deployment.file_users):
            if not isinstance(users, NotExported):
                names.update(dict.fromkeys(users.role_names))
        names.update(dict.fromkeys(anonymous or ()))
        names.update(dict.fromkeys(definitions.names()))
        self.names: tuple[str, ...] = tuple(names)
        self.numbers: dict[str, int] = {name: number for number, name in enumerate(names)}
        self.everyone = frozenset(self.numbers[name] for name in anonymous or ())
        """The roles that every caller holds."""
        self.everyone_in_doubt = anonymous is None
        """Whether every caller may hold roles that the export does not show."""
        self.certain: dict[int, CompiledRole] = {}
        """Roles in force for whoever holds them, if their privileges are known."""
        self.possible: dict[int, CompiledRole] = {}
        """Roles that may or may not be in force."""
        in_doubt: set[int] = set()
        in_doubt_in_kibana: set[int] = set()
        for number, name in enumerate(names):
            side = subjects.of_role(name)
            for doubt in side.doubts:
                in_doubt_in_kibana.add(number)
                if not doubt.kibana_only:
                    in_doubt.add(number)
            for descriptor in side.certain:
                self.certain[number] = compiler.role(descriptor)
            for descriptor in side.possible:
                self.possible[number] = compiler.role(descriptor)
        unknown = {n for n, role in self.certain.items() if role.unknown}
        unknown |= {n for n, role in self.possible.items() if role.unknown}
        self.in_doubt = frozenset(in_doubt | unknown)
        """Roles that may grant any Elasticsearch privilege, for all that is known."""
        self.in_doubt_in_kibana = frozenset(in_doubt_in_kibana | unknown)
        """Roles that may grant any Kibana privilege, for all that is known."""
        self._clauses: dict[Clause, Clause] = {}
        self._sets: dict[frozenset[int], frozenset[int]] = {}

    def known(self) -> Iterator[tuple[int, CompiledRole]]:
        """The roles whose privileges are known, whether certainly or possibly in force."""
        for roles in (self.certain, self.possible):
            for number, role in roles.items():
                if not role.unknown:
                    yield number, role

    # -- making conditions ------------------------------------------------------------------------------------------

    def clause(self, sets: Iterable[frozenset[int]]) -> Clause:
        """A clause of these sets: large ones stay as they are, small ones are united; equal clauses are one object."""
        large: dict[frozenset[int], None] = {}
        small: set[int] = set()
        for roles in sets:
            if len(roles) >= _LARGE:
                large[roles] = None
            else:
                small |= roles
        parts = list(large)
        if small:
            united = frozenset(small)
            parts.append(self._sets.setdefault(united, united))
        clause = tuple(parts)
        return self._clauses.setdefault(clause, clause)

    def condition(
        self, clauses: Iterable[Clause], joint: frozenset[int] = NOBODY, touched: frozenset[int] = NOBODY
    ) -> Condition:
        """A condition on a caller's own roles: what the roles of anonymous access contribute is settled here."""
        everyone = self.everyone
        kept: dict[Clause, None] = {}
        for clause in clauses:
            if not everyone or all(roles.isdisjoint(everyone) for roles in clause):
                kept[clause] = None
        if not kept:
            return Condition(())
        common = joint & everyone
        open_to_all = len(common) > 1 or not everyone.isdisjoint(touched)
        if len(common) == 1:
            touched |= joint - everyone
            joint = NOBODY
        if () in kept and not (joint or touched or open_to_all):
            return NEVER
        return Condition(None if () in kept else tuple(kept), joint, touched, open_to_all)
