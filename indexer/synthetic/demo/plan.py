"""The whole demo corpus as models: every report with its sentences, what was planted, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from indexer.synthetic.demo.bodies import Body, bodies
from indexer.synthetic.demo.compose import DemoReport, compose, earlier_edition
from indexer.synthetic.demo.lives import Thread, lives_of
from indexer.synthetic.demo.tables import Fault, plant, tables_through

WRONG_BY = 7
"""By how much the number is off that the second edition corrects."""


class DemoCorpus(Struct, frozen=True):
    """The reports in the order of their bodies and years, the first edition before the one that corrects it."""

    seed: int
    years: tuple[int, ...]
    bodies: tuple[Body, ...]
    reports: tuple[DemoReport, ...]
    faults: tuple[Fault, ...]


def make_corpus(*, agencies: int = 8, years: Sequence[int] = range(2008, 2025), seed: int = 1) -> DemoCorpus:
    """The corpus that follows from ``seed``: so many bodies, these years without a gap."""
    chosen = bodies(agencies)
    faults = plant(chosen, years, seed=seed)
    inherited: dict[str, list[Thread]] = {}
    made: dict[str, list[DemoReport]] = {}
    # A body that is merged comes before the one that takes it over.
    for body in sorted(chosen, key=lambda one: not one.merged_into):
        said, threads = lives_of(body, years, seed=seed, inherited=inherited.get(body.key, ()))
        inherited[body.merged_into] = threads
        tables = dict(tables_through(body, years, seed=seed, faults=faults))
        made[body.key] = [
            edition
            for year in body.years_held(years)
            for edition in _editions(compose(body, year, said=said[year], tables=tables[year], seed=seed))
        ]
    reports = tuple(one for body in chosen for one in made[body.key])
    return DemoCorpus(seed, tuple(years), chosen, reports, tuple(faults))


def _editions(report: DemoReport) -> list[DemoReport]:
    """A report, after the edition that it corrects if there is one."""
    if report.year != report.body.corrected:
        return [report]
    first = earlier_edition(report, amount=WRONG_BY)
    return [first, replace(report, name=f"{report.name}-2", corrects=first.name)]
