"""`route`: who decides first on a declaration, in which capacity and why (the table of domain.md 3.5, R1-R23)."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from approvals.models import Because
from portal.people.heads import heads_of, in_force
from portal.people.models import DECIDING, Capacity, Employee, HeadAssignment, Opd, UnitKind

HeadFinder = Callable[[Opd, date], Sequence[HeadAssignment]]
PostFinder = Callable[[Employee, date], Collection[Opd]]
UnitFinder = Callable[[], Opd | None]

BKPSDM, INSPEKTORAT = "BKPSDM", "ITDA"
_RANK = {UnitKind.RSUD: 1, UnitKind.KECAMATAN: 2, UnitKind.OPD: 2, UnitKind.ASISTEN: 3, UnitKind.SETDA: 4}
_BECAUSE = {
    Capacity.DEFINITIVE: Because.HEAD_OF_OPD,
    Capacity.PLH: Because.ACTING_DAILY,
    Capacity.PLT: Because.ACTING_VACANT,
    Capacity.PJ: Because.ACTING_PJ,
}


@dataclass(frozen=True, slots=True)
class Route:
    """Who is asked first; no approver means the visible queue "belum ada pejabat" (R23)."""

    approver: Employee | None
    opd: Opd | None
    capacity: Capacity | None
    post: str
    because: Because
    second_look: bool
    inspectorate_decides: bool
    second_reviewer: bool = False  # an opinion, where one is needed, comes from a second reviewer (R12, R14)


def units_headed(person: Employee, on: date) -> list[Opd]:
    """Return the units this person heads on that day, in any capacity."""
    assignments = in_force(on).filter(person=person)
    return [assignment.opd for assignment in assignments.select_related("opd").order_by("pk")]


def secretariat_of_region() -> Opd | None:
    """Return the Sekretariat Daerah, whose head decides on heads of OPD and Camat."""
    return Opd.objects.filter(kind=UnitKind.SETDA, is_active=True).order_by("pk").first()


def route(
    declarant: Employee,
    unit: Opd,
    on: date,
    *,
    has_block: bool = False,
    related: bool = False,
    barred: Collection[int] = (),
    heads: HeadFinder = heads_of,
    headed: PostFinder = units_headed,
    secretariat: UnitFinder = secretariat_of_region,
) -> Route:
    """Climb from the declarant's unit to the first official who may decide on that day; never the declarant.

    `has_block` sends the Inspektur to the Bupati (R14), `related` passes over an official who is family (R22), and
    whoever is `barred` (stepped down, or decided at another stage) is passed over too.
    A vacant post, an official without an address of his own, or one who shares the declarant's, is not climbed over:
    the case waits where BKPSDM sees it.
    """
    own = list(headed(declarant, on))
    level, because = _level(declarant, unit, own, has_block=has_block, secretariat=secretariat)
    if related and level is not None:
        level, because = _Ladder(secretariat).of(level), Because.RELATED
    chosen = _reachable(level, declarant, on, heads)
    while chosen is not None and chosen.person_id in barred and level is not None:
        level, because = _Ladder(secretariat).of(level), Because.STEPPED_DOWN
        chosen = _reachable(level, declarant, on, heads)
    if chosen is None and level is not None and level.kind == UnitKind.ASISTEN:
        level = secretariat()
        chosen = _reachable(level, declarant, on, heads)
    inspectorate_decides = any(each.kind == UnitKind.SETDA or each.code == BKPSDM for each in own)
    return Route(
        approver=chosen.person if chosen else None,
        opd=level,
        capacity=Capacity(chosen.capacity) if chosen else None,
        post=chosen.post_on_letter if chosen else "",
        because=(because or _BECAUSE[Capacity(chosen.capacity)]) if chosen else Because.NO_APPROVER,
        second_look=_needs_second_look(unit, own) and not inspectorate_decides,
        inspectorate_decides=inspectorate_decides,
        second_reviewer=_of_inspectorate(unit, own),
    )


def level_above(unit: Opd) -> Opd | None:
    """Return the deciding unit above this one: Sekretariat Daerah above an OPD, the Bupati above that."""
    return _Ladder(secretariat_of_region).of(unit)


def _level(
    declarant: Employee, unit: Opd, own: Collection[Opd], *, has_block: bool, secretariat: UnitFinder
) -> tuple[Opd | None, Because | None]:
    """Return the unit whose head decides, and why when it is not simply the declarant's own head."""
    ladder, home = _Ladder(secretariat), _deciding(unit)
    acting = [each for each in own if each.kind in _RANK]
    if acting:
        highest = max(acting, key=lambda each: _RANK[UnitKind(each.kind)])
        if has_block and any(each.code == INSPEKTORAT for each in acting):
            return ladder.top(highest), Because.SENIOR_POST
        return ladder.of(highest), Because.SELF_IS_HEAD
    if unit.kind == UnitKind.STAF_AHLI or home is None or home.kind == UnitKind.PEMKAB:
        return secretariat(), Because.SENIOR_POST
    if unit.kind == UnitKind.BAGIAN and _heads_bagian(declarant, own):
        return secretariat(), Because.SELF_IS_HEAD
    return home, None


def _needs_second_look(unit: Opd, own: Collection[Opd]) -> bool:
    """Tell whether an opinion comes before the decision (R13-R16, R18, R20)."""
    senior = any(each.kind in (UnitKind.OPD, UnitKind.ASISTEN) for each in own)
    return senior or unit.kind == UnitKind.STAF_AHLI or BKPSDM in _codes(unit, own)


def _of_inspectorate(unit: Opd, own: Collection[Opd]) -> bool:
    """Tell whether the declarant belongs to the Inspektorat, which never judges its own people."""
    return INSPEKTORAT in _codes(unit, own)


def _codes(unit: Opd, own: Collection[Opd]) -> set[str | None]:
    home = _deciding(unit)
    return {each.code for each in own} | ({home.code} if home else set())


@dataclass(frozen=True, slots=True)
class _Ladder:
    """The chain Kepala OPD or Camat, then Sekda, then Bupati; a hospital is below its dinas."""

    secretariat: UnitFinder

    def of(self, unit: Opd) -> Opd | None:
        """Return the level above a deciding unit; nothing is above the Bupati."""
        if unit.kind == UnitKind.PEMKAB:
            return None
        if unit.kind == UnitKind.SETDA:
            return self.top(unit)
        dinas = (each for each in _upwards(unit.parent) if each.kind == UnitKind.OPD)
        return (next(dinas, None) if unit.kind == UnitKind.RSUD else None) or self.secretariat()

    def top(self, unit: Opd | None) -> Opd | None:
        """Return the Pemkab node, whose head is the Bupati."""
        return next((each for each in _upwards(unit) if each.kind == UnitKind.PEMKAB), None)


def _upwards(unit: Opd | None) -> Iterator[Opd]:
    seen: set[int] = set()
    while unit is not None and id(unit) not in seen and len(seen) < 20:
        seen.add(id(unit))
        yield unit
        unit = unit.parent


def _deciding(unit: Opd) -> Opd | None:
    return next((each for each in _upwards(unit) if each.kind in DECIDING), None)


def _heads_bagian(declarant: Employee, own: Collection[Opd]) -> bool:
    return any(each.kind == UnitKind.BAGIAN for each in own) or declarant.post.casefold().startswith("kepala bagian")


def _reachable(level: Opd | None, declarant: Employee, on: date, heads: HeadFinder) -> HeadAssignment | None:
    """Return who heads the unit, if mail to him reaches somebody other than the declarant."""
    found = heads(level, on) if level is not None else ()
    if not found:
        return None
    person = found[0].person
    address = person.mailbox.strip().casefold()
    shared = address in {each.casefold() for each in (declarant.mailbox, declarant.email, declarant.email_gov) if each}
    usable = person.is_active and bool(address) and not shared
    return found[0] if usable and person != declarant else None
