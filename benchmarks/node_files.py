"""What reading the YAML files of a node costs: seconds of processor time for a megabyte, the median of several loads.

`python benchmarks/node_files.py [--runs 5] [--megabytes 1] [KIND ...]`
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mlaccess.loaders import load


def ordinary(i: int) -> str:
    return f"""team_{i}_ml:
  cluster: [ 'monitor_ml', 'manage_ml' ]
  indices:
    - names: [ 'logs-{i}-*', "metrics-{i}-*", '.ml-anomalies-*' ]
      privileges: [ 'read', 'view_index_metadata' ]
      field_security:
        grant: [ '*' ]
        except: [ 'secret.{i}' ]
      query: '{{"term": {{"team": "{i}"}}}}'
  applications:
    - application: 'kibana-.kibana'
      privileges: [ 'feature_ml.all', 'feature_discover.read' ]
      resources: [ 'space:team-{i}' ]
  run_as: [ 'svc-{i}' ]
  metadata:
    owner: team {i}

"""


def dense(i: int) -> str:
    return f"r{i}: {{cluster: [a,b,c]}}\n"


def tabs(i: int) -> str:
    return f"r{i}:\n  cluster: [ a ]\t\n  run_as: [ 'b' ]\n"


def mapping(i: int) -> str:
    return f'role_{i}:\n  - "cn=group{i},ou=groups,dc=example,dc=com"\n  - "cn=user{i},dc=example,dc=com"\n'


def settings(i: int) -> str:
    return f"xpack.security.authc.realms.ldap.l{i}.url: 'ldap://host{i}:389'\n"


KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "ordinary": ("roles.yml", ordinary),
    "dense": ("roles.yml", dense),
    "tabs": ("roles.yml", tabs),
    "mapping": ("role_mapping.yml", mapping),
    "settings": ("elasticsearch.yml", settings),
}
"""Kind -> file, and a piece of its text: ordinary roles, a role a line, roles that need a second look, and so on."""


def text_of(piece: Callable[[int], str], size: int) -> str:
    """A text of about so many characters."""
    parts: list[str] = []
    length = number = 0
    while True:
        part = piece(number)
        length += len(part)
        if length > size:
            return "".join(parts)
        parts.append(part)
        number += 1


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--megabytes", type=float, default=1)
    given = arguments.parse_args()
    for kind in given.kinds or KINDS:
        name, piece = KINDS[kind]
        text = text_of(piece, int(given.megabytes * 1e6))
        seconds: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_text(text, encoding="utf-8")
            for _ in range(given.runs):
                start = time.process_time()
                load(folder)
                seconds.append((time.process_time() - start) / len(text) * 1e6)
        print(f"{kind:9} {statistics.median(seconds):6.2f} s ({min(seconds):.2f} to {max(seconds):.2f})", flush=True)


if __name__ == "__main__":
    main()
