"""Who holds a Kibana privilege in a space: one pass over all roles per feature and level, or per action.

A role's entries name the spaces they are for. What a role holds in a space that none of its entries names, it holds in
every such space; so each role is asked once for all of those, and once for each space it names.
"""

from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

from mlaccess.permission.kibana import ELSEWHERE, named_spaces
from mlaccess.rules import Verdict
from mlaccess.rules.facts import KibanaAction, KibanaFeature
from mlaccess.stack import ApplicationGrant, RoleDescriptor

from .conditions import ALWAYS, NOBODY, Holders
from .roster import Roster

__all__ = ["KibanaHolders"]

_Decide: TypeAlias = Callable[[RoleDescriptor, str], Verdict]


class _Pass:
    """What one pass over all roles found, for one privilege."""

    def __init__(self, roster: Roster, decide: _Decide, joint: bool) -> None:
        self._roster = roster
        self._joint = frozenset(number for number, role in self._asked() if role.applications) if joint else NOBODY
        """Roles of which two may hold the privilege together."""
        self._decide = decide
        granted: set[int] = set()
        possible: set[int] = set(roster.in_doubt_in_kibana)
        self.granted_in: dict[str, set[int]] = {}
        self.possible_in: dict[str, set[int]] = {}
        self.by_pattern: list[int] = []
        """Roles whose entries have patterns of spaces: asked anew for every space."""
        for number, descriptor in self._asked():
            if not descriptor.applications:
                continue
            spaces = named_spaces(descriptor.applications)
            if spaces is None:
                self.by_pattern.append(number)
                continue
            self._put(number, decide(descriptor, ELSEWHERE), granted, possible)
            if number in granted:
                continue
            for space in spaces:
                self._put(
                    number,
                    decide(descriptor, space),
                    self.granted_in.setdefault(space, set()),
                    self.possible_in.setdefault(space, set()),
                )
        self.granted = frozenset(granted)
        self.possible = frozenset(possible)

    def _asked(self) -> "list[tuple[int, RoleDescriptor]]":
        certain = ((n, role.descriptor) for n, role in self._roster.certain.items() if not role.unknown)
        return [*certain, *((n, role.descriptor) for n, role in self._roster.possible.items())]

    def _put(self, number: int, verdict: Verdict, granted: set[int], possible: set[int]) -> None:
        if verdict is Verdict.DENIED:
            return
        if verdict is Verdict.GRANTED and number in self._roster.certain:
            granted.add(number)
        else:
            possible.add(number)

    def holders(self, space: str) -> Holders:
        """Who holds the privilege in a space; `*` asks for all spaces at once."""
        granted = set(self.granted_in.get(space, ()))
        possible = set(self.possible_in.get(space, ()))
        for number in self.by_pattern:
            role = self._roster.certain.get(number) or self._roster.possible[number]
            self._put(number, self._decide(role.descriptor, space), granted, possible)
        roster = self._roster
        clause = roster.clause((self.granted, frozenset(granted)))
        joint = self._joint.difference(*clause)
        certain = roster.condition([clause], joint)
        if roster.everyone_in_doubt:
            return Holders(certain, ALWAYS)
        if not possible and not self.possible:
            return Holders(certain, certain)
        return Holders(certain, roster.condition([roster.clause((*clause, self.possible, frozenset(possible)))], joint))


class KibanaHolders:
    """Finds who holds a Kibana privilege, by a pass over all roles when it is first asked about."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._passes: dict[tuple[object, ...], _Pass] = {}

    def feature(self, fact: KibanaFeature) -> Holders:
        """Who holds a level of a feature, under any of its ids."""
        kibana = self._roster.compiler.kibana
        features, level = fact.features, fact.level

        def decide(descriptor: RoleDescriptor, space: str) -> Verdict:
            best = Verdict.DENIED
            for feature in features:
                best = max(best, kibana.grants_feature(descriptor, feature, level, space).verdict)
                if best is Verdict.GRANTED:
                    break
            return best

        key = ("feature", features, level, fact.space == "*")
        return self._pass(key, decide, lambda: self._may_add_up(features, level)).holders(fact.space)

    def _may_add_up(self, features: tuple[str, ...], level: Literal["all", "read"]) -> bool:
        """Whether privileges that do not give a feature level alone give it together, were they all on one space.

        Asked of the whole deployment, for it hardly ever happens; where it does, whoever has two of them is judged.
        """
        kibana = self._roster.compiler.kibana

        def gives(names: Iterable[str]) -> bool:
            entries = tuple(ApplicationGrant(kibana.application, (name,), ("*",)) for name in names)
            return any(
                kibana.grants_feature(entries, feature, level, "*").verdict is not Verdict.DENIED
                for feature in features
            )

        entries = (entry for _, role in self._roster.known() for entry in role.descriptor.applications)
        names = dict.fromkeys(name for entry in entries for name in entry.privileges)
        return gives([name for name in names if not gives((name,))])

    def action(self, fact: KibanaAction) -> Holders:
        """Who is granted an action that Kibana registers."""
        kibana = self._roster.compiler.kibana
        action = fact.action

        def decide(descriptor: RoleDescriptor, space: str) -> Verdict:
            return kibana.grants_action(descriptor, action, space).verdict

        return self._pass(("action", action, fact.space == "*"), decide, lambda: False).holders(fact.space)

    def _pass(self, key: tuple[object, ...], decide: _Decide, joint: Callable[[], bool]) -> _Pass:
        found = self._passes.get(key)
        if found is None:
            # A question about all spaces at once is one about no space that any entry names.
            everywhere = key[-1] is True
            asked: _Decide = (lambda d, s: decide(d, "*")) if everywhere else decide
            found = self._passes[key] = _Pass(self._roster, asked, joint())
        return found
