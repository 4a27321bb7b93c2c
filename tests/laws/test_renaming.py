"""Names are only names: a bijection of users, roles, spaces, jobs and indices changes nothing else in an answer."""

import re
from typing import Any

import attrs
from hypothesis import assume, given

from mlaccess.testing.strategies import worlds
from mlaccess.testing.worlds import World
from tests.laws.asking import LAW, answer, rewrite

# New names begin and end where patterns of the pools look (`/a.*/`, `space:?ps`), and are as long where length counts.
NAMES = {
    "ana": "amy",
    "ben": "bob",
    "cem": "cid",
    "r1": "q1",
    "r2": "q2",
    "r3": "q3",
    "r4": "q4",
    "r5": "q5",
    "sales": "shops",
    "ops": "aps",
    "web": "net",
    "orders": "carts",
    "churn": "leave",
    "ner": "ocr",
    "logs": "data",
    "out": "dst",
    "far": "hub",
}
_LOCATED = re.compile(
    r"^(ana|ben|cem|r[1-5]|sales|ops|web|orders|churn|ner|far|out)$"
    r"|(?<=^space:)(sales|ops)$|(?<=\()sales|(?<=\|)ops|(?<=,)out$|^out(?=,)"
    r"|(?<![a-z.])logs(?=[-,])|(?<=^feed-)(web|orders)$|^far(?=:)|(?<=,)far(?=:)"
)


def renamed(value: Any) -> Any:
    """A text with every name in it replaced."""
    return _LOCATED.sub(lambda found: NAMES[found[0]], value) if isinstance(value, str) else value


@LAW
@given(worlds())
def test_renaming_changes_nothing_but_names(world: World) -> None:
    """Preconditions: no pattern looks inside a name (as `l*s-*` does); no reserved role that names indices is held."""
    assume("l*s-*" not in repr(world) and "kibana_system" not in repr(world) and "editor" not in repr(world))
    other = World(rewrite(world.deployment, renamed), rewrite(world.question, renamed))
    assert other.deployment != world.deployment
    assert answer(other) == answer(world)


def test_the_renaming_is_a_bijection_that_reaches_every_kind_of_name() -> None:
    """No two names become one, and names are found inside patterns, resources, titles and ids."""
    assert len(set(NAMES.values())) == len(NAMES)
    assert not set(NAMES) & set(NAMES.values())
    for text, expected in {
        "/logs-~(a.*)/": "/data-~(a.*)/",
        "logs-*,-logs-b": "data-*,-data-b",
        "space:ops": "space:aps",
        "/space:(sales|ops)/": "/space:(shops|aps)/",
        "logs-b,far:*": "data-b,hub:*",
        "feed-web": "feed-net",
        ".ml-config": ".ml-config",
        "feature_ml.all": "feature_ml.all",
    }.items():
        assert renamed(text) == expected
    assert attrs.has(World)
