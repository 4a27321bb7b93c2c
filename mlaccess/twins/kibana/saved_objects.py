"""Jobs and models in spaces: which a caller sees, may share, move or delete, and what synchronising would do.

In elastic/kibana, `x-pack/platform/plugins/shared/ml/server/`: `saved_objects/service.ts` @ 3ecab8ed1c38,
`checks.ts` @ 1237362b506a, `sync.ts` @ 1e14131594e5, `routes/saved_objects.ts` @ 11b6ba47ec2e.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import attrs

from mlaccess.catalog.kibana_capabilities import LOGIN
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.ml import ALL_SPACES, UNSEEN_SPACE

from .answer import Answer, boolean, error_body

__all__ = [
    "CanDelete",
    "Item",
    "Kind",
    "May",
    "SavedObject",
    "SyncState",
    "can_delete",
    "can_share_everywhere",
    "findable",
    "jobs_spaces",
    "redact",
    "saved_object_type",
    "sync",
    "sync_needed",
    "update_spaces",
]

_NO, _MAYBE, _YES = Verdict.DENIED, Verdict.UNKNOWN, Verdict.GRANTED

Kind: TypeAlias = Literal["anomaly-detector", "data-frame-analytics", "trained-model"]
May: TypeAlias = Callable[[str, str], Verdict]
"""Whether the caller is granted an action at a space: `ask("login:", "sales")`; space `*` asks for all at once."""

DELETING: dict[Kind, str] = {
    "anomaly-detector": "canDeleteJob",
    "data-frame-analytics": "canDeleteDataFrameAnalytics",
    "trained-model": "canDeleteTrainedModels",
}


def saved_object_type(kind: Kind) -> str:
    """`ml-job` or `ml-trained-model`."""
    return "ml-trained-model" if kind == "trained-model" else "ml-job"


# -- seeing ------------------------------------------------------------------------------------------------------


def findable(kind: Kind, namespaces: Iterable[str], space: str, ask: May) -> Verdict:
    """Whether a caller sees an item in a space: it is assigned there or everywhere, and may be found there.

    A redacted `?` may be the space. An item without a saved object has no namespaces and is seen nowhere.
    """
    held = set(namespaces)
    assigned = _YES if space in held or ALL_SPACES in held else _MAYBE if UNSEEN_SPACE in held else _NO
    return min(assigned, ask(f"saved_object:{saved_object_type(kind)}/find", space))


def redact(namespaces: Iterable[str], ask: May) -> tuple[str | None, ...]:
    """The namespaces as a caller is shown them: `*` always, a space the caller may enter, and `?` for any other.

    None stands in for a space that the caller may or may not be shown. Redacted ones come last.
    """
    everywhere = ask(LOGIN, ALL_SPACES)
    shown: list[str | None] = []
    hidden: list[str | None] = []
    for space in namespaces:
        if space in (ALL_SPACES, UNSEEN_SPACE):
            (hidden if space == UNSEEN_SPACE else shown).append(space)
            continue
        entered = max(everywhere, ask(LOGIN, space))
        (hidden if entered is _NO else shown).append(
            UNSEEN_SPACE if entered is _NO else None if entered is _MAYBE else space
        )
    return (*shown, *hidden)


@attrs.frozen
class Item:
    """A job or model with its saved object's namespaces."""

    kind: Kind
    id: str
    namespaces: tuple[str, ...]


def jobs_spaces(items: Iterable[Item], spaces: Iterable[str], ask: May) -> dict[str, dict[str, list[str | None]]]:
    """The body of `GET /internal/ml/saved_objects/jobs_spaces`: not limited to the current space.

    An item is listed where the caller may find it in some space of the deployment. What is unknown is left out.
    """
    known = tuple(spaces)
    body: dict[str, dict[str, list[str | None]]] = {}
    for item in items:
        seen = max((findable(item.kind, item.namespaces, space, ask) for space in known), default=_NO)
        if seen is _YES:
            body.setdefault(item.kind, {})[item.id] = list(redact(item.namespaces, ask))
    return body


# -- sharing, moving, deleting -----------------------------------------------------------------------------------


def can_share_everywhere(kind: Kind | None, ask: May) -> Verdict:
    """`can_sync_to_all_spaces`: creating the saved object, and login, both at every space at once.

    Having each single space is not enough. Without a kind, jobs and models are asked.
    """
    types = ("ml-job", "ml-trained-model") if kind is None else (saved_object_type(kind),)
    creating = min(ask(f"saved_object:{type_}/create", ALL_SPACES) for type_ in types)
    return min(creating, ask(LOGIN, ALL_SPACES))


@attrs.frozen
class CanDelete:
    """What the delete dialog offers."""

    can_delete: Verdict
    can_remove_from_space: Verdict

    def body(self) -> dict[str, object]:
        """As the API writes it."""
        return {"canDelete": boolean(self.can_delete), "canRemoveFromSpace": boolean(self.can_remove_from_space)}


def can_delete(
    item: Item, *, has_capability: Callable[[str], Verdict], ask: May, spaces_enabled: bool = True, space: str = ""
) -> CanDelete:
    """`can_delete_ml_space_aware_item` for one item: advice for the dialog, no check of the DELETE routes.

    `has_capability` are the caller's resolved capabilities in the current `space`.
    """
    may = has_capability(DELETING[item.kind])
    if may is _NO:
        return CanDelete(_NO, _NO)
    if not spaces_enabled:
        return CanDelete(may, _NO)
    seen = findable(item.kind, item.namespaces, space, ask) if space else _YES
    if seen is _NO:
        return CanDelete(_NO, _NO)
    shown = redact(item.namespaces, ask)
    if ALL_SPACES in shown:
        return CanDelete(min(may, seen, can_share_everywhere(item.kind, ask)), _NO)
    several = _YES if len(shown) > 1 else _NO
    whole = _NO if UNSEEN_SPACE in shown else _MAYBE if None in shown else _YES
    return CanDelete(min(may, seen, whole), min(may, seen, several))


def update_spaces(
    item: Item,
    *,
    space: str,
    add: Iterable[str],
    remove: Iterable[str],
    ask: May,
) -> tuple[Answer, tuple[str, ...] | None]:
    """`update_jobs_spaces` or `update_trained_models_spaces` for one item: the answer, and the namespaces afterwards.

    Sharing needs `share_to_space` in the current space and in every space added or removed; a refusal is an answer
    of status 200 with `success: false`. The newest Kibana refuses to leave an item without a space. The namespaces
    are None where an unknown decides.
    """
    added, removed = tuple(dict.fromkeys(add)), tuple(dict.fromkeys(remove))
    after = tuple(dict.fromkeys((*(n for n in item.namespaces if n not in removed), *added)))
    if not added and not after:
        noun = "trained model" if item.kind == "trained-model" else "job"
        message = f"Cannot remove {noun} '{item.id}' from all spaces"
        return Answer(400, error_body(400, "Bad Request", message)), item.namespaces
    share = f"saved_object:{saved_object_type(item.kind)}/share_to_space"
    seen = findable(item.kind, item.namespaces, space, ask)
    verdict = min(seen, *(ask(share, s) for s in dict.fromkeys((space, *added, *removed))))
    result = {"type": item.kind, "success": boolean(verdict)}
    answer = Answer(200, {item.id: result})
    return answer, None if verdict is _MAYBE else after if verdict is _YES else item.namespaces


# -- synchronising -----------------------------------------------------------------------------------------------


@attrs.frozen
class SavedObject:
    """A saved object of a job or model."""

    namespaces: tuple[str, ...]
    datafeed_id: str | None = None


@attrs.frozen
class SyncState:
    """What Elasticsearch has and what Kibana's saved objects say. `datafeeds` is job id -> datafeed id."""

    jobs: Mapping[Kind, tuple[str, ...]]
    saved_objects: Mapping[Kind, Mapping[str, SavedObject]]
    datafeeds: Mapping[str, str]


def _missing(state: SyncState) -> dict[Kind, list[str]]:
    return {
        kind: found
        for kind, ids in state.jobs.items()
        if (found := [i for i in ids if i not in state.saved_objects.get(kind, {})])
    }


def _orphans(state: SyncState, seen: Callable[[Kind, SavedObject], bool]) -> dict[Kind, list[str]]:
    return {
        kind: found
        for kind, objects in state.saved_objects.items()
        if (found := [i for i, o in objects.items() if i not in state.jobs.get(kind, ()) and seen(kind, o)])
    }


def _feeds(state: SyncState, seen: Callable[[Kind, SavedObject], bool]) -> tuple[list[str], list[str]]:
    """Jobs whose saved object lacks the right datafeed, and jobs whose saved object names one that is gone."""
    added: list[str] = []
    removed: list[str] = []
    for id_, saved in state.saved_objects.get("anomaly-detector", {}).items():
        if id_ not in state.jobs.get("anomaly-detector", ()) or not seen("anomaly-detector", saved):
            continue
        real = state.datafeeds.get(id_)
        if real is None and saved.datafeed_id is not None:
            removed.append(id_)
        elif real is not None and real != saved.datafeed_id:
            added.append(id_)
    return added, removed


def sync_needed(state: SyncState) -> bool:
    """`sync_check`: whether synchronising would change anything. A job of another space is not missing."""
    everything: Callable[[Kind, SavedObject], bool] = lambda kind, saved: True  # noqa: E731
    return bool(_missing(state) or _orphans(state, everything) or any(_feeds(state, everything)))


def sync(
    state: SyncState,
    *,
    space: str,
    spaces: Iterable[str],
    ask: May,
    simulate: bool = False,
    everywhere: bool = True,
) -> tuple[dict[str, object], SyncState]:
    """`GET /api/ml/saved_objects/sync`: the body, and the state afterwards.

    Missing saved objects are made in all spaces (`everywhere`, the newest default) or in the current one, which needs
    the right to create there, else the item fails alone; models whose name starts with a dot always go everywhere.
    Only saved objects that the caller can find somewhere are deleted or corrected.
    """
    known = tuple(spaces)

    def seen(kind: Kind, saved: SavedObject) -> bool:
        return any(findable(kind, saved.namespaces, s, ask) is _YES for s in known)

    created: dict[str, dict[str, object]] = {}
    objects = {kind: dict(found) for kind, found in state.saved_objects.items()}
    for kind, ids in _missing(state).items():
        for id_ in ids:
            where = ALL_SPACES if everywhere or (kind == "trained-model" and id_.startswith(".")) else space
            may = _YES if simulate else ask(f"saved_object:{saved_object_type(kind)}/create", where)
            created.setdefault(kind, {})[id_] = {"success": boolean(may)}
            if may is _YES and not simulate:
                feed = state.datafeeds.get(id_) if kind == "anomaly-detector" else None
                objects.setdefault(kind, {})[id_] = SavedObject((where,), feed)
    orphans = _orphans(state, seen)
    added, removed = _feeds(state, seen)
    if not simulate:
        for kind, ids in orphans.items():
            for id_ in ids:
                del objects[kind][id_]
        for id_ in (*added, *removed):
            detector = objects["anomaly-detector"]
            detector[id_] = attrs.evolve(detector[id_], datafeed_id=state.datafeeds.get(id_))
    body: dict[str, object] = {
        "datafeedsAdded": _succeeded({"anomaly-detector": added}),
        "datafeedsRemoved": _succeeded({"anomaly-detector": removed}),
        "savedObjectsCreated": created,
        "savedObjectsDeleted": _succeeded(orphans),
    }
    return body, state if simulate else attrs.evolve(state, saved_objects=objects)


def _succeeded(ids: Mapping[Kind, list[str]]) -> dict[str, object]:
    return {kind: {id_: {"success": True} for id_ in found} for kind, found in ids.items() if found}
