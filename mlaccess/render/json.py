"""JSON: answers as plain values with stable keys. The published schemas are in `mlaccess/render/schema/`."""

from typing import TYPE_CHECKING, Any, cast

from mlaccess.render.text import access_sentence, decision_sentence
from mlaccess.render.words import asked, found
from mlaccess.rules import AllOf, Ask, Evidence, Explanation, Finding, Verdict
from mlaccess.rules.facts import Fact, said_by

if TYPE_CHECKING:
    from mlaccess.resolver import Access, Decision, Discrepancy, EnforcedDecision, ExposureNote

__all__ = ["access_json", "decision_json", "discrepancy_json", "enforced_json", "explanation_json", "exposure_json"]


def access_json(access: "Access", *, explain: bool = False) -> dict[str, Any]:
    """An access: `schema/access.json`."""
    body: dict[str, Any] = {
        "user": access.user,
        "interface": access.interface,
        "space": access.space or None,
        "target": {"kind": access.target.kind, "id": access.target.id} if access.target.id else None,
        "level": access.level.word,
        "ceiling": access.ceiling.word,
        "can_upload": access.can_upload.word,
        "reason": access_sentence(access),
        "decisions": {
            "full": decision_json(access.full),
            "read-only": decision_json(access.read_only),
            "upload": decision_json(access.upload),
        },
        "not_a_permission_problem": not access.full.granted and access.full.only_gates_fail,
        "obligations": [{"sentence": s.id, "text": s.text} for s in access.obligations],
        "exposure": [exposure_json(note) for note in access.exposure],
        "discrepancies": [discrepancy_json(d) for d in access.discrepancies],
        "undefined_roles": list(access.undefined_roles),
        "dropped_roles": list(access.dropped_roles),
    }
    if explain:
        body["explanation"] = explanation_json(access.explanation)
    return body


def decision_json(decision: "Decision", *, explain: bool = False) -> dict[str, Any]:
    """A decision: verdict and first reason."""
    body: dict[str, Any] = {"verdict": decision.verdict.word, "reason": decision_sentence(decision)}
    if explain:
        body["explanation"] = explanation_json(decision.explanation)
    return body


def enforced_json(decision: "EnforcedDecision", *, explain: bool = False) -> dict[str, Any]:
    """The answer to a `can` question: `schema/can.json`."""
    answer = decision.answer
    return {
        "question": decision.question.name,
        "kind": decision.question.kind,
        **decision_json(decision.decision, explain=explain),
        "not_a_permission_problem": decision.only_gates_fail,
        "answer": None if answer is None else {"status": answer.status, "reason": answer.reason},
        "not_asked": list(decision.not_asked),
    }


def exposure_json(note: "ExposureNote") -> dict[str, Any]:
    """Results visible without the sources."""
    return {
        "sentence": note.sentence,
        "job": note.job,
        "sources": list(note.sources),
        "certain": note.verdict is Verdict.GRANTED,
    }


def discrepancy_json(found_: "Discrepancy") -> dict[str, Any]:
    """The page and the code disagree."""
    return {
        "id": found_.row.id,
        "title": found_.row.title,
        "severity": found_.severity,
        "meaning": found_.meaning,
        "sentences": list(found_.row.sentences),
        "documented": decision_json(found_.documented),
        "enforced": decision_json(found_.enforced),
    }


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """An explanation: `schema/explanation.json`. Leaves have `fact` and `finding`, the others `all_of` or `any_of`."""
    rule = explanation.rule
    body: dict[str, Any] = {"verdict": explanation.verdict.word}
    if rule.sentence:
        body["sentence"] = rule.sentence
    if isinstance(rule, Ask):
        body["asks"] = asked(rule.fact)
        body["fact"] = _fact_json(rule.fact)
        if explanation.finding is not None:
            body["finding"] = _finding_json(explanation.finding)
        return body
    if rule.title:
        body["title"] = rule.title
    key = "all_of" if isinstance(rule, AllOf) else "any_of"
    body[key] = [explanation_json(part) for part in explanation.parts]
    return body


def _fact_json(fact: Fact) -> dict[str, Any]:
    # Some facts have a `kind` of their own, that of a saved object; it must not hide which fact it is.
    return {
        "kind": type(fact).__name__,
        **{"object" if name == "kind" else name: _plain(v) for name, v in said_by(fact).items()},
    }


def _plain(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "text": found(finding),
        "values": {k: list(v) if isinstance(v, tuple) else v for k, v in finding.values.items()},
        "evidence": [_evidence_json(e) for e in finding.evidence],
        "near": [_evidence_json(e) for e in finding.near],
    }


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    origin = evidence.origin
    return {
        "kind": evidence.kind,
        "name": evidence.name,
        "detail": evidence.detail,
        "file": None if origin is None else origin.file,
        "pointer": None if origin is None else origin.pointer,
    }
