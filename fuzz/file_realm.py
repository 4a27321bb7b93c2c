"""Harness `file_realm`: the files of a self-managed node, as bytes.

Input: files one after the other, each after a line `%% NAME`.
"""

import re

from mlaccess import Resolver
from mlaccess.errors import MlAccessError
from mlaccess.loaders import load
from mlaccess.loaders.file_realm import FILE_NAMES, read_file_realm
from mlaccess.stack import Deployment, NotExported

from .oracles import MARKER, SLOWDOWN, bounded, check, check_load, check_no_secret, outcome_of
from .raw_files import scratch

__all__ = ["SEEDS", "SLOWDOWN", "run"]

_HASH = f"$2a$10${MARKER}"

SEEDS: dict[str, bytes] = {
    "users": f"%% users\nana:{_HASH}\nbob:{_HASH}\n%% users_roles\nml:ana,bob\nsuperuser:ana\n".encode(),
    "swapped": b"%% users\nana:{PBKDF2}x\n%% users_roles\nana:{PBKDF2}x\nbob:$2a$10$x\n",
    "roles": b"""%% roles.yml
ml:
  cluster: [ manage_ml ]
  indices:
    - names: [ 'logs-*', "metrics-*" ]
      privileges: [ read ]
      field_security:
        grant: [ '*' ]
  applications:
    - application: kibana-.kibana
      privileges: [ feature_ml.all ]
      resources: [ 'space:default' ]
  run_as: [ ana ]
viewer:
  cluster: all
""",
    "anchors": b"%% roles.yml\na: &x\n  cluster: [ monitor ]\nb: *x\nc:\n  <<: *x\n  cluster: [ all ]\n",
    "mapping": b'%% role_mapping.yml\nml:\n  - "cn=admins,dc=example,dc=com"\n  - "cn=ana,ou=x"\nall: "cn=bob"\n',
    "settings": b"%% elasticsearch.yml\nxpack.security.authc.anonymous:\n  roles: ml, viewer\n  username: anon\n"
    b"xpack.ml.enabled: false\npath.data: ${DATA}\nxpack.security.transport.ssl.keystore.secure_password: x\n",
    "every_sign": b"%% roles.yml\n? [a]\n: !!binary |\n  YQ==\n---\n%TAG ! tag:x\n'a': >-\n  b\n"
    b'"c\\x41": {d: ~, e: 1_0}\n',
    "empty": b"%% users\n\n%% users_roles\n%% roles.yml\n%% role_mapping.yml\n%% elasticsearch.yml\n",
}
"""Small inputs, one idea each."""

_HEAD = re.compile(rb"^%% ?([^\n]*)\n?", re.MULTILINE)
_HIDDEN = re.compile(rf"^[^:\n]+:\$2a\$10\${MARKER}".encode(), re.MULTILINE)


def run(data: bytes) -> str:
    """Checks one input; says what became of it."""
    pieces = _HEAD.split(data)[1:]
    files: dict[str, bytes] = {}
    for head, content in zip(pieces[::2], pieces[1::2], strict=True):
        name = head.decode("utf-8", "replace").strip()
        files[name if name in FILE_NAMES else FILE_NAMES[sum(head) % len(FILE_NAMES)]] = content
    if not files:
        return "no file"
    root = scratch() / "realm"
    root.mkdir(exist_ok=True)
    for name, content in files.items():
        (root / name).write_bytes(content)
    try:
        return _checked(files)
    finally:
        for name in files:
            (root / name).unlink()


def _checked(files: dict[str, bytes]) -> str:
    root = scratch() / "realm"
    with bounded("files of a node, read twice"):
        plain = outcome_of(lambda: load(root))
        going = outcome_of(lambda: load(root, keep_going=True))
    check_load(plain, going)
    found = read_file_realm(files)
    for problem in found.problems:
        check(str(problem.file) in files, "a problem names its file", problem)
    if not isinstance(going, Deployment):
        return "refused"
    users = _HIDDEN.sub(b"", files.get("users", b""))
    if not any(MARKER.encode() in content for content in (users, *(files[n] for n in files if n != "users"))):
        check_no_secret(going)
        check(MARKER not in "\n".join(map(str, going.notices)), "no secret in a notice", going.notices)
    if isinstance(found.users, NotExported):
        check(isinstance(going.file_users, NotExported), "no users where the reader found none", going.file_users)
    else:
        check(going.file_users == found.users, "the loader keeps what the reader found", going.file_users, found.users)
    _asked(going)
    return "read" if isinstance(plain, Deployment) else "refused"


def _asked(deployment: Deployment) -> None:
    """Whoever is in the files can be asked about."""
    resolver = Resolver(deployment)
    if isinstance(deployment.file_users, NotExported):
        return
    for user in list(deployment.file_users)[:2]:
        try:
            access = resolver.access(user, space="default")
            check(access.level <= access.ceiling, "what is certain is possible", user, access)
        except MlAccessError:
            continue
