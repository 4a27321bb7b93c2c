"""Strategies for callers: users, external identities with the mappings that give them roles, and API keys."""

from datetime import timedelta
from functools import cache

import attrs
from hypothesis import strategies as st

from mlaccess.stack import ApiKey, FrozenMap, Identity, Json, RoleDescriptor, RoleMapping, User, freeze

from . import vocabulary as words
from .roles import choice, one_in, pick, role_descriptors, subset

__all__ = ["api_keys", "identities", "role_mappings", "users"]


@st.composite
def _users(draw: st.DrawFn, username: str, roles: tuple[str, ...], hostile: bool) -> User:
    held = draw(subset(roles, 0 if hostile and draw(one_in(8)) else 1, 3))
    if draw(one_in(4)):
        held = (*held, draw(pick(words.RESERVED_ROLES, hostile)))
    if hostile and draw(one_in(12)):
        held = (*held, "undefined")
    return User(username, held, enabled=not (hostile and draw(one_in(16))))


@cache
def users(
    *, username: str = "ana", roles: tuple[str, ...] = words.ROLES, hostile: bool = True
) -> st.SearchStrategy[User]:
    """A user with some of these roles, now and then a reserved one.

    With `hostile`, also without roles, with one that nothing defines, or disabled.
    """
    return _users(username, roles, hostile)


_RULES: tuple[object, ...] = (
    {"field": {"username": "ana"}},
    {"field": {"groups": "analysts"}},
    {"field": {"username": "*"}},
    {"all": [{"field": {"realm.name": "saml1"}}, {"except": {"field": {"groups": "leads"}}}]},
    {"any": [{"field": {"groups": ["analysts", "leads"]}}, {"field": {"metadata.team": "ml"}}]},
    {"any": []},
    {"all": []},
    {"all": [{"field": {"metadata.team": None}}, {"field": {"username": "/a.*/"}}]},
)


@st.composite
def _role_mappings(draw: st.DrawFn, name: str, roles: tuple[str, ...]) -> RoleMapping:
    rules = freeze(_RULES[draw(choice(*range(len(_RULES))))])
    assert isinstance(rules, FrozenMap)
    return RoleMapping(name, not draw(one_in(8)), rules, draw(subset(roles, 1, 2)))


@cache
def role_mappings(*, name: str = "m1", roles: tuple[str, ...] = words.ROLES) -> st.SearchStrategy[RoleMapping]:
    """A role mapping of a name, now and then a disabled one."""
    return _role_mappings(name, roles)


@st.composite
def _identities(draw: st.DrawFn, username: str) -> Identity:
    metadata: tuple[FrozenMap[str, Json] | None, ...] = (FrozenMap(), FrozenMap({"team": "ml"}), None)
    groups: tuple[tuple[str, ...] | None, ...] = (("analysts",), (), ("analysts", "leads"), None)
    return Identity(
        username,
        realm=draw(choice("saml1", "saml2", None)),
        realm_type=draw(choice("saml", "oidc", None)),
        groups=draw(choice(*groups)),
        metadata=draw(choice(*metadata)),
        dn_known=True,
    )


@cache
def identities(*, username: str = "ana") -> st.SearchStrategy[Identity]:
    """A caller from an external realm without a distinguished name; what is None is not known of them."""
    return _identities(username)


@st.composite
def _api_keys(draw: st.DrawFn, id_: str, hostile: bool) -> ApiKey:
    def side(label: str) -> tuple[RoleDescriptor, ...]:
        names = [f"{label}{n}" for n in range(1, 1 + draw(choice(1, 0, 2)))]
        return tuple([draw(role_descriptors(name=name, hostile=hostile)) for name in names])

    own = side("key")
    key = ApiKey(id_, username="ana", role_descriptors=own, limited_by=(side("owner"),))
    match draw(choice(*range(16))) if hostile else 0:
        case 10:
            return attrs.evolve(key, role_descriptors=None)
        case 11:
            return attrs.evolve(key, limited_by=None)
        case 12:
            return attrs.evolve(key, invalidated=True)
        case 13:
            return attrs.evolve(key, type="cross_cluster")
        case 14:
            return attrs.evolve(key, expires_at=words.COLLECTED + timedelta(days=draw(choice(1, -1))))
        case 15:
            restricted = tuple(attrs.evolve(d, workflows=("search_application_query",)) for d in own)
            return attrs.evolve(key, role_descriptors=restricted)
        case _:
            return key


@cache
def api_keys(*, id: str = "k1", hostile: bool = True) -> st.SearchStrategy[ApiKey]:
    """An API key of an id: its own descriptors within its owner's, or just the owner's."""
    return _api_keys(id, hostile)
