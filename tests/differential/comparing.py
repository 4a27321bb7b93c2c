"""Production and oracle asked the same; what each says where they differ."""

import attrs
from hypothesis import strategies as st

from mlaccess import Resolver, UnknownNameError
from mlaccess.catalog.kibana_capabilities import CAPABILITIES
from mlaccess.permission import LimitedRole, Permission, Role
from mlaccess.stack import ApplicationGrant, ApplicationPrivilege, Deployment, FrozenMap, IndicesGrant, RoleDescriptor
from mlaccess.testing import vocabulary as words
from mlaccess.testing.roles import choice, one_in, pick, role_descriptors, some
from mlaccess.testing.strategies import deployments, questions
from mlaccess.testing.worlds import Question, World
from mlaccess.twins.elasticsearch import PrivilegesToCheck, check_privileges
from tests.oracle import Oracle, Unplaced
from tests.oracle_privileges import has_privileges, unknown_privileges

__all__ = ["Check", "checks", "inquiries"]

UNPLACED = "the question names what does not exist"

# -- access and capabilities -----------------------------------------------------------------------------------------


@attrs.frozen
class Inquiry:
    """One deployment, several questions, each with some capabilities."""

    deployment: Deployment
    questions: tuple[tuple[Question, tuple[str, ...]], ...]

    def differences(self) -> list[str]:
        """What production and oracle answer differently; empty where they agree."""
        resolver, found = Resolver(self.deployment), []
        for question, capabilities in self.questions:
            oracle = Oracle(self.deployment, question.at)
            pairs = [("access", _access(resolver, question), _oracle(lambda q=question, o=oracle: o.access(q)))]
            for name in capabilities:
                answers = (
                    _can(resolver, question, name),
                    _oracle(lambda q=question, n=name, o=oracle: o.capability(q, n)),
                )
                pairs.append((name, *answers))
            for what, production, expected in pairs:
                if production != expected:
                    world = World(self.deployment, question)
                    found.append(f"{what}: production {production}, oracle {expected}\n{world}")
        return found


def _access(resolver: Resolver, question: Question) -> object:
    try:
        access = question.access(resolver)
    except UnknownNameError:
        return UNPLACED
    return access.level.word, access.ceiling.word, access.can_upload.word


def _can(resolver: Resolver, question: Question, name: str) -> object:
    try:
        return question.can(resolver, name).verdict.word
    except UnknownNameError:
        return UNPLACED


def _oracle(ask) -> object:
    try:
        return ask()
    except Unplaced:
        return UNPLACED


_CAPABILITIES = tuple(CAPABILITIES)


@st.composite
def inquiries(draw: st.DrawFn, most: int = 3) -> Inquiry:
    """A generated deployment with a few questions."""
    deployment = draw(deployments())
    asked = []
    for _ in range(draw(st.integers(1, most))):
        capabilities = (draw(choice(*_CAPABILITIES)),) if draw(one_in(2)) else ()
        asked.append((draw(questions(deployment)), capabilities))
    return Inquiry(deployment, tuple(asked))


# -- _has_privileges ---------------------------------------------------------------------------------------------------


@attrs.frozen
class Check:
    """A request to `_has_privileges` of a user with some roles, or of an API key with two sides."""

    sides: tuple[tuple[RoleDescriptor, ...], ...]
    asked: PrivilegesToCheck
    stored: FrozenMap[tuple[str, str], ApplicationPrivilege]
    version: str | None

    def differences(self) -> list[str]:
        """What production and oracle answer differently."""
        roles = [Role.of(side, stored=self.stored, version=self.version) for side in self.sides]
        role: Permission = roles[0]
        for limit in roles[1:]:
            role = LimitedRole(role, limit)
        body = check_privileges(role, "ana", self.asked)
        production = {("cluster", n): v for n, v in body["cluster"].items()}
        production |= {("index", n, p): v for n, ps in body["index"].items() for p, v in ps.items()}
        production |= {
            ("application", a, r, p): v
            for a, resources in body["application"].items()
            for r, ps in resources.items()
            for p, v in ps.items()
        }
        expected = has_privileges(self.sides, self.stored, self.asked, self.version)
        return [
            f"{key}: production {production.get(key)}, oracle {expected.get(key)}\n{self}"
            for key in production | expected
            if production.get(key) != expected.get(key)
        ]


_STORED = FrozenMap(
    {
        (app, name): ApplicationPrivilege(app, name, frozenset(actions))
        for app, name, actions in (
            ("kibana-.kibana", "feature_ml.read", ("login:", "api:ml:read", "ui:ml/canGetJobs")),
            ("kibana-.kibana", "feature_ml.all", ("login:", "api:ml:*", "ui:ml/*")),
            ("kibana-.kibana", "all", ("*",)),
            ("kibana-.kibana", "space_read", ("login:", "api:ml:read", "ui:ml/canGetJobs", "ui:discover/show")),
            ("kibana-.other", "feature_ml.read", ("login:",)),
            ("logstash-x", "read", ("data:read/*",)),
        )
    }
)


@st.composite
def checks(draw: st.DrawFn) -> Check:
    """Roles, and privileges of all kinds to check."""
    version = draw(choice("9.2.1", "8.17.0", None))

    def known(role: RoleDescriptor) -> bool:
        return not unknown_privileges(role, version)

    sides = []
    for n in range(draw(choice(1, 1, 1, 2))):
        names = [f"r{n}{m}" for m in range(draw(choice(1, 2, 3)))]
        sides.append(tuple(filter(known, [draw(role_descriptors(name=name)) for name in names])))
    probe = RoleDescriptor(
        "probe",
        cluster=draw(some(words.CLUSTER_PRIVILEGES, True)),
        indices=(
            IndicesGrant(
                draw(some(words.INDEX_NAMES, True, least=1)),
                draw(some(words.INDEX_PRIVILEGES, True, least=1)),
                allow_restricted_indices=draw(one_in(6)),
            ),
        ),
        applications=(
            ApplicationGrant(
                draw(choice("kibana-.kibana", "kibana-.other", "logstash-x")),
                draw(some(words.KIBANA_PRIVILEGES, True, least=1)),
                (draw(pick(words.RESOURCES, True)),),
            ),
        ),
    )
    asked = PrivilegesToCheck(probe.cluster, probe.indices, probe.applications)
    if not known(probe):
        asked = PrivilegesToCheck((), (), probe.applications)
    return Check(tuple(sides), asked, _STORED if draw(choice(True, False)) else FrozenMap(), version)
