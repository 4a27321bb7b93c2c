"""What an API answers: a status and a body, either of which may hang on something unknown."""

from typing import TypeAlias

import attrs

from mlaccess.rules.verdict import Verdict

__all__ = ["FORBIDDEN", "Answer", "Body", "boolean", "error_body"]

Body: TypeAlias = "dict[str, object] | list[object] | None"


@attrs.frozen
class Answer:
    """A response. `status` None: refusing and answering are both possible. In a body, null stands for unknown."""

    status: int | None
    body: Body = None


def boolean(verdict: Verdict) -> bool | None:
    """A verdict as JSON: true, false, or null for unknown."""
    return None if verdict is Verdict.UNKNOWN else verdict is Verdict.GRANTED


def error_body(status: int, error: str, message: str) -> dict[str, object]:
    """The body of a refusal by Kibana."""
    return {"statusCode": status, "error": error, "message": message}


FORBIDDEN = Answer(403, error_body(403, "Forbidden", "Forbidden"))
