"""Questions about jobs and models in spaces: deleted, shared, moved, synchronised."""

from typing import Any, cast

from mlaccess.rules.verdict import Verdict
from mlaccess.twins import kibana as twins
from tests.conformance.kibana_interface import InterfaceQuestions
from tests.conformance.kibana_world import ANALYTICS, DETECTOR, same

__all__ = ["SavedObjectQuestions"]


class SavedObjectQuestions(InterfaceQuestions):
    """Jobs and models in spaces. Whether the route answers, and with which capabilities, comes first."""

    # -- saved objects -------------------------------------------------------------------------------------------

    def item(self) -> twins.Item:
        """The job or model that the case is about."""
        stated = self.given["item"]
        kind = str(stated.get("jobType") or stated.get("type") or "trained-model")
        kind = next((k for w, k in (("trained", "trained-model"), ("analytics", ANALYTICS)) if w in kind), DETECTOR)
        return twins.Item(cast("Any", kind), str(stated.get("id", "item")), tuple(stated["namespaces"]))

    def can_delete(self) -> None:
        """What the delete dialog offers."""
        for roles in self.callers():
            shown = cast("Any", self.response(roles).body)["capabilities"]
            found = twins.can_delete(
                self.item(),
                has_capability=lambda name, shown=shown: Verdict.of(shown[name]),
                ask=self.asker(roles),
                spaces_enabled=self.given.get("spaces", True) is not False,
                space=self.space,
            )
            for key, value in found.body().items():
                same(key, value, self.expect.get(key, value))

    def can_sync(self) -> None:
        """Whether items may go to all spaces."""
        kind = self.given.get("item", {}).get("type")
        for roles in self.callers():
            verdict = twins.can_share_everywhere(kind, self.asker(roles))
            same("canSync", verdict is Verdict.GRANTED, self.expect["canSync"])

    def move(self) -> None:
        """Changing the spaces of an item."""
        request, item = self.given["request"], self.item()
        name = "trained_models" if item.kind == "trained-model" else "jobs"
        for roles in self.callers():
            status = self.status_of(f"POST /internal/ml/saved_objects/update_{name}_spaces", roles)
            after: tuple[str, ...] | None = item.namespaces
            body: Any = None
            if status == 200:
                answer, after = twins.update_spaces(
                    item,
                    space=self.space,
                    add=request["spacesToAdd"],
                    remove=request["spacesToRemove"],
                    ask=self.asker(roles),
                )
                status, body = answer.status, answer.body
            same("status", status, self.expect.get("status", 200))
            if "body" in self.expect:
                same("body", body, self.expect["body"])
            if "success" in self.expect:
                same("success", body[item.id]["success"], self.expect["success"])
            for key in ("message", "error"):
                if key in self.expect:
                    same(key, body[key], self.expect[key])
            if "namespaces_after" in self.expect:
                same("namespaces_after", list(after or ()), self.expect["namespaces_after"])

    def list_jobs_spaces(self) -> None:
        """`GET /internal/ml/saved_objects/jobs_spaces`."""
        items = [
            twins.Item(cast("Any", kind), id_, tuple(namespaces))
            for kind, found in self.given["jobs"].items()
            for id_, namespaces in found.items()
        ]
        for roles in self.callers():
            status = self.status_of("GET /internal/ml/saved_objects/jobs_spaces", roles)
            same("status", status, self.expect.get("status", 200))
            if status == 200:
                same("body", twins.jobs_spaces(items, self.known_spaces, self.asker(roles)), self.expect["body"])

    def synchronise(self) -> None:
        """`GET /api/ml/saved_objects/sync`, with the checks before and after."""
        request = self.given.get("request") or {}
        simulate = bool(request.get("simulate"))
        for roles in self.callers():
            state = sync_state(self.given["state"])
            ask = self.asker(roles)
            status = self.status_of("GET /api/ml/saved_objects/sync", roles)
            same("status", status, self.expect.get("status", 200))
            for key in ("sync_check_before", "sync_check"):
                if key in self.expect:
                    same(key, twins.sync_needed(state), self.expect[key])
            if "job_without_saved_object_spaces_before" in self.expect:
                # A job without a saved object has no namespaces, and so is listed nowhere.
                objects = state.saved_objects["anomaly-detector"]
                items = [
                    twins.Item("anomaly-detector", i, objects[i].namespaces if i in objects else ())
                    for i in state.jobs["anomaly-detector"]
                ]
                listed = twins.jobs_spaces(items, self.known_spaces, ask).get("anomaly-detector", {})
                unseen = [n for i in state.jobs["anomaly-detector"] if i not in objects for n in listed.get(i, [])]
                same("spaces before", unseen, self.expect["job_without_saved_object_spaces_before"])
            for _ in range(2 if self.expect.get("repeatable") else 1):
                body, after = twins.sync(
                    state,
                    space=self.space,
                    spaces=self.known_spaces,
                    ask=ask,
                    simulate=simulate,
                    everywhere=bool(request.get("addToAllSpaces", True)),
                )
                same("body", body, self.expect.get("body", body))
                state = after
            if "sync_check_after" in self.expect:
                same("sync_check_after", twins.sync_needed(after), self.expect["sync_check_after"])


def sync_state(stated: Any) -> twins.SyncState:
    """A state in the words of the suite: which saved objects, which jobs, and whose datafeed changed in between."""
    if isinstance(stated, str):
        # "after one sync": a missing saved object, synchronised once by somebody who may.
        return twins.sync(
            sync_state({"es_jobs": ["job"], "saved_objects": {}}),
            space="default",
            spaces=("default",),
            ask=lambda *_: Verdict.GRANTED,
        )[1]
    objects = cast("dict[str, list[str]]", stated.get("saved_objects", {}))
    jobs = tuple(stated.get("es_jobs", objects))
    late = stated.get("datafeed_created_only_in_es_for", [])
    gone = stated.get("datafeed_deleted_only_in_es_for", [])
    renamed = "datafeed" in stated
    saved = {
        id_: twins.SavedObject(tuple(spaces), None if id_ in late else f"datafeed-{id_}")
        for id_, spaces in objects.items()
    }
    feeds = {id_: f"datafeed-{id_}" + ("-2" if renamed else "") for id_ in jobs if id_ not in gone}
    return twins.SyncState(jobs={"anomaly-detector": jobs}, saved_objects={"anomaly-detector": saved}, datafeeds=feeds)
