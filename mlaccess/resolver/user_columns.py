"""The users of a deployment as columns of role numbers, and which of them sets of roles cannot answer for."""

from array import array
from functools import cached_property

from mlaccess.stack import Deployment, NotExported, Users

from .compiled import Compiler
from .definitions import Definitions
from .gates import Gates
from .role_sets import RoleSets

__all__ = ["UserColumns"]


class UserColumns:
    """Every listed user of one deployment at one moment: native users first, then those only a file lists."""

    def __init__(self, deployment: Deployment, definitions: Definitions, compiler: Compiler, gates: Gates) -> None:
        users = deployment.users
        self.users = Users() if isinstance(users, NotExported) else users
        in_files = deployment.file_users
        self.index = self.users.positions
        """The position of each native user."""
        self._files = Users() if isinstance(in_files, NotExported) else in_files
        anonymous = gates.anonymous_roles()
        self.offsets, self.numbers, held = self.users.columns()
        names = tuple(dict.fromkeys((*held, *(anonymous or ()))))
        self.role_names = names
        """Role names by number."""
        self.sets = RoleSets(definitions, compiler, gates, names)
        self.anonymous = array(self.numbers.typecode, [names.index(name) for name in anonymous or ()])
        """The roles that everyone has besides their own."""
        self.one_by_one = anonymous is None or gates.security_off() is not None
        """Whether nobody can be answered for from sets of roles."""
        self.security_off = gates.security_off() is not None

    @cached_property
    def only_in_files(self) -> tuple[str, ...]:
        """Users that only the file realm lists."""
        return tuple(name for name in self._files if name not in self.users)

    @cached_property
    def flagged(self) -> "frozenset[int] | range":
        """Positions of the users to be asked about one by one: disabled, in two realms, or with a doubtful role."""
        doubtful = self.sets.doubtful
        if self.one_by_one or not doubtful.isdisjoint(self.anonymous):
            return range(len(self.users))
        found = set(self.users.disabled())
        found.update(self.users.position(name) for name in self._files if name in self.users)
        if doubtful:
            offsets, numbers = self.offsets, self.numbers
            start = 0
            for position in range(len(self.users)):
                end = offsets[position + 1]
                if not doubtful.isdisjoint(numbers[start:end]):
                    found.add(position)
                start = end
        return frozenset(found)

    def roles(self, position: int) -> tuple[int, ...]:
        """The numbers of the roles of one user, anonymous ones included."""
        return (*self.numbers[self.offsets[position] : self.offsets[position + 1]], *self.anonymous)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every listed user, in order of position."""
        return (*self.users, *self.only_in_files)
