"""What a person may know of coverage and reports (DESIGN 10): which offices, with names or only numbers."""

from dataclasses import dataclass

from approvals.policies import ADMINISTRATOR, INSPECTORATE, LEADERSHIP, REVIEWER, groups_of
from portal import clock
from portal.people.heads import in_force
from portal.people.models import DECIDING, Employee

SMALL = 5  # a group of fewer people is not shown outside BKPSDM: a number would be a person


@dataclass(frozen=True, slots=True)
class Scope:
    """`every` office or only those one heads; BKPSDM sees all, the Inspektorat and heads no group below five."""

    every: bool
    bkpsdm: bool
    inspectorate: bool
    own: frozenset[int]

    def sees(self, office: int) -> bool:
        return self.every or office in self.own

    def hides(self, roster: int) -> bool:
        """Tell whether an office of this size is too small to be shown."""
        return not self.bkpsdm and roster < SMALL

    def names(self, office: int, roster: int) -> bool:
        """Tell whether this person may read who of the office is silent."""
        return (self.bkpsdm or self.inspectorate or office in self.own) and not self.hides(roster)

    def numbers_only(self, office: int) -> bool:
        """Tell whether small numbers within an office are kept back too: for those who may not see its names."""
        return not (self.bkpsdm or self.inspectorate or office in self.own)


def scope_of(person: Employee) -> Scope | None:
    """Return what this person may know; None for somebody without a role who heads no office today."""
    mine = groups_of(person)
    heads = in_force(clock.today()).filter(person=person, opd__kind__in=DECIDING)
    own = frozenset(heads.values_list("opd_id", flat=True))
    every = bool(mine & {REVIEWER, ADMINISTRATOR, INSPECTORATE, LEADERSHIP})
    if not every and not own:
        return None
    return Scope(every, bool(mine & {REVIEWER, ADMINISTRATOR}), INSPECTORATE in mine, own)
