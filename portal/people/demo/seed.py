"""Write the fictitious units, people, heads and roles of the demo; what is there already stays as it is."""

from datetime import date, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from portal import clock
from portal.people.demo.cast import ACTING, CAST, NAMED, VACANT, PersonSpec
from portal.people.demo.crowd import crowd
from portal.people.demo.units import units
from portal.people.heads import heads_of
from portal.people.models import Capacity, Employee, HeadAssignment, Opd

PASSWORD = "demo-pasbar-2026"  # noqa: S105 - shown on the login page; DEMO=1 only on loopback
_OFFICE_TAKEN = date(2025, 4, 1)
_PREFIX = "DEMO-"


@transaction.atomic
def seed_people() -> int:
    """Create what is missing of the demo's directory; return how many demo people there are."""
    tree = _units()
    specs = [*CAST, *NAMED, *crowd()]
    _people(specs, tree)
    _roles(specs)
    _heads(specs, tree)
    return Employee.objects.filter(is_demo=True).count()


def _units() -> dict[str, Opd]:
    tree = {
        unit.roster_id.removeprefix(_PREFIX): unit for unit in Opd.objects.exclude(roster_id=None) if unit.roster_id
    }
    for spec in units():
        if spec.key not in tree:
            tree[spec.key] = Opd.objects.create(
                roster_id=_PREFIX + spec.key,
                code=spec.key if spec.coded else None,
                name=spec.name,
                kind=spec.kind,
                head_title=spec.head_title,
                parent=tree[spec.parent] if spec.parent else None,
            )
    return tree


def _people(specs: list[PersonSpec], tree: dict[str, Opd]) -> None:
    known = set(Employee.objects.filter(is_demo=True).values_list("nip", flat=True))
    missing = [spec for spec in specs if spec.nip not in known]
    hashed = make_password(PASSWORD) if any(spec.has_password for spec in missing) else ""
    Employee.objects.bulk_create([_row(spec, tree[spec.unit], hashed) for spec in missing])


def _row(spec: PersonSpec, unit: Opd, hashed: str) -> Employee:
    return Employee(
        nip=spec.nip,
        name=spec.name,
        title_prefix=spec.prefix,
        title_suffix=spec.suffix,
        email=spec.email,
        email_gov=spec.email_gov,
        contact_email=(spec.email or spec.email_gov) if spec.has_account else None,
        employment_type=spec.employment,
        grade=spec.grade,
        echelon=spec.echelon,
        post=spec.post,
        post_kind=spec.kind,
        unit=unit,
        is_demo=True,
        password=hashed if spec.has_password else make_password(None),
    )


def _roles(specs: list[PersonSpec]) -> None:
    for spec in specs:
        if spec.group:
            group, _made = Group.objects.get_or_create(name=spec.group)
            Employee.objects.get(nip=spec.nip, is_demo=True).groups.add(group)


def _heads(specs: list[PersonSpec], tree: dict[str, Opd]) -> None:
    decree = count(101)
    for spec in specs:
        unit = tree[spec.unit]
        title = unit.head_title or f"Kepala {unit.name}"
        acts_for = next((code for code, nip in ACTING.items() if _acts(spec, code, nip)), None)
        number = next(decree)
        if acts_for:
            _acting(spec, tree[acts_for], number)
        elif spec.post == title and not unit.heads.exists() and spec.unit != VACANT:
            HeadAssignment.objects.create(
                person=_person(spec),
                opd=unit,
                starts=_OFFICE_TAKEN,
                decree_number=f"800.1.3.3/{number}/BKPSDM-2025",
            )


def _acts(spec: PersonSpec, code: str, nip: str) -> bool:
    return spec.nip == nip if nip else spec.unit == f"{code}-SEK" and spec.echelon == "III.a"


def _acting(spec: PersonSpec, unit: Opd, number: int) -> None:
    """Give a Plt three months and a first extension; a demo that is older than both gets another one."""
    today = clock.today()
    if heads_of(unit, today):
        return
    began = today - timedelta(days=80)
    if unit.heads.exists():
        began = today
    for starts, ends in [
        (began, began + timedelta(days=89)),
        (began + timedelta(days=90), began + timedelta(days=179)),
    ]:
        HeadAssignment.objects.create(
            person=_person(spec),
            opd=unit,
            capacity=Capacity.PLT,
            starts=starts,
            ends=ends,
            decree_number=f"800.1.11.1/{number}/BKPSDM-{starts.year}",
        )


def _person(spec: PersonSpec) -> Employee:
    return Employee.objects.get(nip=spec.nip, is_demo=True)
