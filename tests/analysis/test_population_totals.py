"""Grand totals equal the single answers, added up."""

from collections import Counter
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlaccess.analysis.cells import Item, known_items, known_spaces
from mlaccess.analysis.counting import PAIRS
from mlaccess.analysis.counting import Counter as BitCounter
from mlaccess.analysis.totals import Tally, Totals, totals
from mlaccess.errors import UnknownNameError
from mlaccess.examples import path
from mlaccess.loaders import load
from mlaccess.resolver import AccessLevel, Resolver
from mlaccess.rules import Verdict
from mlaccess.rules.facts import AssignedToSpace
from mlaccess.stack import Deployment, Users
from mlaccess.testing.strategies import deployments

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def single_answers(deployment: Deployment) -> dict[tuple[str, Item], Counter[tuple[AccessLevel, AccessLevel]]]:
    """For each space and job the answers of all listed users."""
    resolver = Resolver(deployment)
    lists = (deployment.users, deployment.file_users)
    users = dict.fromkeys(name for part in lists if isinstance(part, Users) for name in part)
    found: dict[tuple[str, Item], Counter[tuple[AccessLevel, AccessLevel]]] = {}
    for space in known_spaces(deployment):
        for item in known_items(deployment):
            if item.kind == "trained-model":
                continue
            kind = "anomaly-detector" if item.kind == "anomaly-detector" else "data-frame-analytics"
            answers = [resolver.access(user, space=space, job=item.id, job_type=kind) for user in users]
            found[space, item] = Counter((answer.level, answer.ceiling) for answer in answers)
    return found


def summed(counts: "list[Counter[tuple[AccessLevel, AccessLevel]]]") -> dict[tuple[AccessLevel, AccessLevel], int]:
    return dict(sum(counts, Counter()))


def away(deployment: Deployment, space: str, item: Item) -> bool:
    """Whether a job is certainly not in a space, by the reasons of a single answer."""
    judge = Resolver(deployment).judge_of_roles(())
    return judge.verdict(AssignedToSpace(item.kind, item.id, space)) is Verdict.DENIED


def test_jobs_that_are_elsewhere_do_not_apply() -> None:
    """Cells of jobs that are not in the space are told apart, in all, for each space and for each job."""
    deployment = load(path("acme"))
    counted = totals(Resolver(deployment))
    for space, tally in counted.by_space.items():
        assert tally.not_applicable == counted.users * sum(away(deployment, space, item) for item in counted.jobs)
    for item, tally in counted.by_job.items():
        assert tally.not_applicable == counted.users * sum(away(deployment, space, item) for space in counted.spaces)
    assert counted.tally.not_applicable == sum(tally.not_applicable for tally in counted.by_job.values()) > 0


def check(counted: Totals, cells: dict[tuple[str, Item], Counter[tuple[AccessLevel, AccessLevel]]]) -> None:
    assert dict(counted.tally.cells) == summed(list(cells.values()))
    for space, tally in counted.by_space.items():
        assert dict(tally.cells) == summed([c for (s, _), c in cells.items() if s == space])
    for item, tally in counted.by_job.items():
        assert dict(tally.cells) == summed([c for (_, i), c in cells.items() if i == item])


@SLOW
@given(deployments())
def test_totals_are_the_single_answers_added_up(deployment: Deployment) -> None:
    """By level and ceiling, in all, for each space and for each job; whatever is missing from the export."""
    try:
        cells = single_answers(deployment)
    except UnknownNameError:
        with pytest.raises(UnknownNameError):
            totals(Resolver(deployment))
        return
    check(totals(Resolver(deployment)), cells)


def test_the_example_is_counted_as_its_answers_say() -> None:
    """A deployment with levels of all kinds, some uncertain."""
    deployment = load(path("acme"))
    counted = totals(Resolver(deployment))
    check(counted, single_answers(deployment))
    assert counted.tally.at(AccessLevel.FULL) > 0
    assert counted.tally.total == counted.users * len(counted.spaces) * len(counted.jobs)


def test_processes_share_the_work() -> None:
    """A process pool counts what one process counts."""
    deployment = load(path("acme"))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        shared = totals(Resolver(deployment), executor=pool, parts=3)
    alone = totals(Resolver(deployment))
    assert (shared.tally, shared.by_space, shared.by_job) == (alone.tally, alone.by_space, alone.by_job)


class Inline(Executor):
    """An executor of the caller's own: runs each task at once, and notes it."""

    def __init__(self) -> None:
        self.tasks = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.tasks += 1
        done: Future[object] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def test_any_executor_will_do() -> None:
    """The work is handed over in as many parts as asked for."""
    deployment = load(path("acme"))
    executor = Inline()
    counted = totals(Resolver(deployment), executor=executor, parts=2)
    assert executor.tasks == 2
    assert counted.tally == totals(Resolver(deployment)).tally


def test_an_executor_of_dask_counts_the_same() -> None:
    """Where Dask is installed: its executor keeps to the interface of `concurrent.futures`."""
    distributed = pytest.importorskip("distributed")
    deployment = load(path("acme"))
    with (
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        shared = totals(Resolver(deployment), executor=executor, parts=3)
    alone = totals(Resolver(deployment))
    assert (shared.tally, shared.by_space, shared.by_job) == (alone.tally, alone.by_space, alone.by_job)


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 9)), max_size=30))
def test_a_counter_counts(added: list[tuple[int, int]]) -> None:
    """The digits of each user's number, however sets were added."""
    counter = BitCounter()
    for users, times in added:
        counter.add_times(users, times)
    digits = counter.digits()
    for user in range(8):
        expected = sum(times for users, times in added if users >> user & 1)
        assert sum((plane >> user & 1) << digit for digit, plane in enumerate(digits)) == expected


@given(st.lists(st.sampled_from([(a, b) for a in AccessLevel for b in AccessLevel if a <= b]), max_size=30))
def test_a_tally_says_what_was_counted(cells: list[tuple[AccessLevel, AccessLevel]]) -> None:
    """From the numbers of cells with at least a level and a ceiling, the numbers at each."""
    at_least = [sum(level >= low and ceiling >= high for level, ceiling in cells) for low, high in PAIRS]
    tally = Tally.of(len(cells), at_least)
    assert dict(tally.cells) == dict(Counter(cells))
    assert tally.total == len(cells)
    assert tally.certain == sum(level is ceiling for level, ceiling in cells)
