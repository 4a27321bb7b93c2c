"""Whether a machine learning route of Kibana answers a caller: the route's own checks, as a status."""

from collections.abc import Callable

from mlaccess.catalog.kibana_capabilities import LOGIN
from mlaccess.catalog.kibana_routes import Route
from mlaccess.rules.verdict import Verdict

from .answer import Answer, error_body
from .capabilities import MlLicense, Switches

__all__ = ["answer_route"]

_NO, _YES = Verdict.DENIED, Verdict.GRANTED
_ON = Switches()


def answer_route(
    route: Route,
    *,
    has_action: Callable[[str], Verdict],
    license_: MlLicense,
    switches: Switches = _ON,
    rbac: bool = True,
    item_visible: Verdict = _YES,
) -> Answer:
    """The status of a request: 404 where the route is not registered, 403 where a check fails, 404 again for an item
    that the caller does not see in the space, else 200 with no body. None where an unknown decides.

    What Elasticsearch asks of the caller afterwards is not looked at.
    """
    registered = max((_switch(switches, s) for s in route.switches), default=_YES)
    if registered is _NO:
        return Answer(404, error_body(404, "Not Found", "Not Found"))
    held = [has_action(a) for a in route.actions] if rbac else []
    if route.space == "login" and rbac:
        held.append(has_action(LOGIN))
    allowed = (max if route.any_of else min)(held, default=_YES)
    guard = {"full": license_.full, "basic": license_.minimum, "": _YES}[route.guard]
    if min(allowed, guard) is _NO:
        return Answer(403, error_body(403, "Forbidden", "Forbidden"))
    if route.space in ("item", "body") and item_visible is _NO:
        return Answer(404, error_body(404, "Not Found", "Not Found"))
    return Answer(200 if min(registered, allowed, guard, item_visible) is _YES else None)


def _switch(switches: Switches, name: str) -> Verdict:
    return {"ad": switches.ad, "dfa": switches.dfa, "nlp": switches.nlp}[name]
