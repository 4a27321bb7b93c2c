"""What Elasticsearch answers when it denies an action: the reason of the 403, in its words.

Source: `x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/AuthorizationDenialMessages.java`;
the part about indices: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/
AuthorizationEngine.java`.
"""

from collections.abc import Callable, Iterable

import attrs

__all__ = ["DeniedCaller", "denial_message", "indices_context", "run_as_denial_message"]


@attrs.frozen
class DeniedCaller:
    """Who was denied, as the message names them.

    `effective_roles` are the roles that were found and used, `assigned_roles` those the user has; None for API keys
    and service accounts, whose roles the message leaves out. `runs_as` is the user that `username` acts as.
    """

    username: str
    effective_roles: tuple[str, ...] | None = None
    assigned_roles: tuple[str, ...] | None = None
    api_key_id: str | None = None
    runs_as: str | None = None
    service_account: bool = False

    @property
    def account(self) -> str:
        """The caller without roles: `API key id [x] of user [ana]`."""
        text = f"{'service account' if self.service_account else 'user'} [{self.username}]"
        return f"API key id [{self.api_key_id}] of {text}" if self.api_key_id is not None else text

    def __str__(self) -> str:
        text = self.account
        if self.runs_as is not None:
            text += f" run as [{self.runs_as}]"
        elif self.service_account or self.api_key_id is not None:
            return text
        if self.effective_roles is None:
            return f"{text} with assigned roles [{','.join(self.assigned_roles or ())}]"
        text += f" with effective roles [{','.join(self.effective_roles)}]"
        missing = sorted(set(self.assigned_roles or ()) - set(self.effective_roles))
        return f"{text} (assigned roles [{','.join(missing)}] were not found)" if missing else text


def denial_message(
    action: str,
    caller: DeniedCaller,
    *,
    cluster_privileges: Iterable[str] = (),
    index_privileges: Iterable[str] = (),
    context: str = "",
) -> str:
    """`action [A] is unauthorized for user [U] with effective roles [R], this action is granted by ...`.

    The privileges that would grant the action come in order of access, least first. `context` names the indices.
    """
    text = f"action [{action}] is unauthorized for {caller}"
    if context:
        text += f" {context}"
    for kind, names in (("cluster", tuple(cluster_privileges)), ("index", tuple(index_privileges))):
        if names:
            return f"{text}, this action is granted by the {kind} privileges [{','.join(names)}]"
    return text


def indices_context(names: Iterable[str], is_restricted: Callable[[str], bool] = lambda name: False) -> str:
    """`on indices [a,b]`, with restricted names apart; empty where no name was denied."""
    plain: list[str] = []
    restricted: list[str] = []
    for name in names:
        (restricted if is_restricted(name) else plain).append(name)
    parts: list[str] = []
    if plain:
        parts.append(f"on indices [{','.join(plain)}]")
    if restricted:
        parts.append(f"{'and' if plain else 'on'} restricted indices [{','.join(restricted)}]")
    return " ".join(parts)


def run_as_denial_message(action: str, caller: DeniedCaller, target: str) -> str:
    """The reason where a caller may not run as a user; `caller` is who authenticated."""
    authenticated = attrs.evolve(caller, runs_as=None)
    return (
        f"action [{action}] is unauthorized for {authenticated}, "
        f"because {caller.account} is unauthorized to run as [{target}]"
    )
