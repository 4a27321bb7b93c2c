"""Facts about where things are: data views in spaces, jobs and models in spaces."""

from mlaccess.rules import Evidence, Finding, Value, Verdict
from mlaccess.rules.facts import AssignedToSpace, DataViewCovers
from mlaccess.stack import ALL_SPACES, UNSEEN_SPACE, Deployment, FrozenMap, NotExported, SpaceAssignments

from .expressions import title_covers

__all__ = ["Places"]

_JOB_KINDS = ("anomaly-detector", "data-frame-analytics")


class Places:
    """Decides assignments and data views of one deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._job_namespaces = _namespaces(deployment.job_spaces)
        self._model_namespaces = _namespaces(deployment.model_spaces)
        self._assigned: dict[tuple[str, str], tuple[tuple[str, ...], tuple[Evidence, ...]]] = {}
        """The spaces of a job or model by kind and id, and the evidence of it."""
        self._views: dict[str, tuple[Evidence, ...]] = {}
        """The data views of a space, each as evidence that names its title."""

    def assigned(self, fact: AssignedToSpace) -> Finding:
        """Whether a job or model is assigned to a space: listed for it, for `*`, or behind a redaction (C04)."""
        if fact.kind == "job":
            # The export does not tell which kind of job this is: only an answer that both kinds share is certain.
            found = [self.assigned(AssignedToSpace(kind, fact.id, fact.space)) for kind in _JOB_KINDS]
            if found[0].verdict is found[1].verdict:
                return found[0]
            return Finding.of(Verdict.UNKNOWN, "assignment.kind_unknown", id=fact.id, space=fact.space)
        known = self._assigned.get((fact.kind, fact.id))
        if known is None:
            part = self._deployment.model_spaces if fact.kind == "trained-model" else self._deployment.job_spaces
            if isinstance(part, NotExported):
                absent = (Evidence("absence", "assignments", part.request or part.reason),)
                return Finding.of(
                    Verdict.UNKNOWN, "assignment.not_exported", absent, id=fact.id, space=fact.space, reason=part.reason
                )
            listed = part.of(fact.kind).get(fact.id)
            if listed is None:
                return self._unlisted(fact, part)
            origin = part.origins.get((fact.kind, fact.id))
            known = (listed, (Evidence("assignment", fact.id, ", ".join(listed), origin),))
            self._assigned[fact.kind, fact.id] = known
        spaces, evidence = known
        if ALL_SPACES in spaces:
            return Finding.of(Verdict.GRANTED, "assignment.all_spaces", evidence, id=fact.id, space=fact.space)
        if fact.space in spaces:
            return Finding.of(Verdict.GRANTED, "assignment.listed", evidence, id=fact.id, space=fact.space)
        if UNSEEN_SPACE in spaces:
            return Finding.of(Verdict.UNKNOWN, "assignment.redacted", evidence, id=fact.id, space=fact.space)
        return Finding.of(Verdict.DENIED, "assignment.elsewhere", evidence, id=fact.id, space=fact.space, spaces=spaces)

    def _unlisted(self, fact: AssignedToSpace, part: SpaceAssignments) -> Finding:
        namespaces = self._model_namespaces if fact.kind == "trained-model" else self._job_namespaces
        evidence = (Evidence("assignment", fact.id, "not listed", part.origin),)
        name = "model_spaces" if fact.kind == "trained-model" else "job_spaces"
        if fact.space not in namespaces and (UNSEEN_SPACE in namespaces or name in self._deployment.incomplete):
            return Finding.of(Verdict.UNKNOWN, "assignment.unlisted_redacted", evidence, id=fact.id, space=fact.space)
        return Finding.of(Verdict.DENIED, "assignment.unlisted", evidence, id=fact.id, space=fact.space)

    def data_view(self, fact: DataViewCovers) -> Finding:
        """Whether a data view of the space serves an index expression (C05)."""
        known = self._views.get(fact.space)
        if known is None:
            part = self._deployment.data_views
            views = part if isinstance(part, NotExported) else part.get(fact.space)
            if views is None or isinstance(views, NotExported):
                reason = "no file of this space" if views is None else views.reason
                evidence = (Evidence("absence", "data_views", reason),)
                return Finding.of(
                    Verdict.UNKNOWN,
                    "data_view.not_exported",
                    evidence,
                    reason=reason,
                    expression=fact.expression,
                    space=fact.space,
                )
            known = tuple([Evidence("data_view", view.id, view.title, view.origin) for view in views])
            self._views[fact.space] = known
        expression = fact.expression
        undecided: list[Evidence] = []
        for view in known:
            title = view.detail
            covers = title_covers(title, expression)
            if covers:
                return Finding.of(
                    Verdict.GRANTED, "data_view.covers", (view,), title=title, expression=expression, space=fact.space
                )
            if covers is None:
                undecided.append(view)
        values: FrozenMap[str, Value] = FrozenMap({"expression": expression, "space": fact.space})
        if undecided:
            return Finding(Verdict.UNKNOWN, "data_view.undecided", values, tuple(undecided))
        return Finding(Verdict.DENIED, "data_view.missing", values, near=known)


def _namespaces(part: SpaceAssignments | NotExported) -> frozenset[str]:
    return frozenset() if isinstance(part, NotExported) else part.spaces
