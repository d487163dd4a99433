"""The tree of units out of HierarkiUnor (ID, NAMA_UNOR, ID_ATASAN): plan, apply; no loops, nothing deleted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Opd, UnitKind
from portal.people.roster.columns import normalise_title
from portal.people.sheets import Formula, open_sheet
from portal.people.sheets.model import Progress, refuse
from portal.people.tree import find_loop, refresh_offices

_NAMES = {
    "id": ("ID", "UNOR ID", "ID UNOR"),
    "name": ("NAMA UNOR", "NAMA", "UNOR NAMA", "NAMA UNIT"),
    "parent": ("ID ATASAN", "DIATASAN ID", "INDUK ID", "PARENT ID"),
}
_FIELD = {name: key for key, names in _NAMES.items() for name in names}
# The first that fits names the kind; a kabupaten's own list may correct it at /kelola/opd/.
_KINDS: tuple[tuple[str, UnitKind], ...] = (
    (r"^pemerintah (kabupaten|kota)\b", UnitKind.PEMKAB),
    (r"^sekretariat daerah\b", UnitKind.SETDA),
    (r"^staf ahli\b", UnitKind.STAF_AHLI),
    (r"^asisten\b", UnitKind.ASISTEN),
    (r"^(rsud|rumah sakit umum daerah)\b", UnitKind.RSUD),
    (r"^kecamatan\b", UnitKind.KECAMATAN),
    (r"\bpuskesmas\b|^pusat kesehatan masyarakat\b", UnitKind.PUSKESMAS),
    (r"^(upt )?(sd|smp|tk|skb|sekolah|taman kanak)\b", UnitKind.SEKOLAH),
    (r"^(dinas|badan|inspektorat|sekretariat dprd|satuan polisi|kantor)\b", UnitKind.OPD),
)


@dataclass(frozen=True, slots=True)
class UnitRow:
    line: int
    key: str
    name: str
    parent: str


@dataclass(slots=True)
class UnitPlan:
    """What a file of units would change; `problems` are sentences with the line."""

    rows: dict[str, UnitRow] = field(default_factory=dict)
    new: list[UnitRow] = field(default_factory=list)
    changed: list[UnitRow] = field(default_factory=list)
    same: int = 0
    problems: list[str] = field(default_factory=list)


def import_units(path: Path, *, apply: bool, progress: Progress) -> UnitPlan:
    """Return what the file would change in the tree of units; with `apply` also do it in one transaction."""
    plan = _read(path, progress)
    with transaction.atomic():
        known = {
            unit.roster_id: unit
            for unit in Opd.objects.select_related("parent").select_for_update(of=("self",))
            if unit.roster_id
        }
        _adopt_top(plan, known)
        _check_parents(plan, known)
        _check_loops(plan, known)
        for row in plan.rows.values():
            unit = known.get(row.key)
            if unit is None:
                plan.new.append(row)
            elif (unit.name, unit.parent.roster_id or "" if unit.parent else "") != (row.name, row.parent):
                plan.changed.append(row)
            else:
                plan.same += 1
        if apply:
            _write(plan, known)
    return plan


def _read(path: Path, progress: Progress) -> UnitPlan:
    sheet = open_sheet(path)
    for head in sheet.head():
        columns = {_FIELD[title]: at for at, text in head.cells.items() if (title := normalise_title(text)) in _FIELD}
        if columns.keys() == _NAMES.keys():
            break
    else:
        raise refuse(_("Baris judul tidak ditemukan. Berkas harus mempunyai kolom ID, NAMA_UNOR dan ID_ATASAN."))
    plan, twice = UnitPlan(), set()
    for row in sheet.rows(columns.values(), after=head.line, progress=progress):
        texts = {key: " ".join(row.cells.get(at, "").split()).removeprefix("'") for key, at in columns.items()}
        if any(isinstance(cell, Formula) for cell in row.cells.values()):
            plan.problems.append(_sentence(row.line, _("sel berisi rumus; ganti dengan nilainya")))
        elif not texts["id"] or not texts["name"]:
            plan.problems.append(_sentence(row.line, _("ID atau nama unit kosong; isi keduanya")))
        elif len(texts["name"]) > 150 or len(texts["id"]) > 64:
            plan.problems.append(_sentence(row.line, _("nama atau ID terlalu panjang; ringkas")))
        elif texts["id"] in plan.rows:
            twice.add(texts["id"])
            plan.problems.append(_sentence(row.line, _("ID unit ini sudah ada di atas; sisakan satu baris")))
        else:
            plan.rows[texts["id"]] = UnitRow(row.line, texts["id"], texts["name"], texts["parent"])
    for key in twice:
        first = plan.rows.pop(key)
        plan.problems.append(_sentence(first.line, _("ID unit ini ada lagi di bawah; sisakan satu baris")))
    return plan


def _sentence(line: int, problem: str) -> str:
    return _("Baris %(line)s: %(problem)s.") % {"line": str(line), "problem": problem}


def _adopt_top(plan: UnitPlan, known: dict[str, Opd]) -> None:
    """Let the file's Pemkab be the one that exists already, unless that one has an ID of its own."""
    top = Opd.objects.filter(kind=UnitKind.PEMKAB).first()
    if top is None:
        return
    for row in [row for row in plan.rows.values() if kind_of(row.name, below_top=False) == UnitKind.PEMKAB]:
        if top.roster_id is None:
            top.roster_id = row.key
            known[row.key] = top
        elif top.roster_id != row.key:
            del plan.rows[row.key]
            sentence = _("pemerintah kabupaten sudah tercatat dengan ID %(key)s; pakai ID itu") % {"key": top.roster_id}
            plan.problems.append(_sentence(row.line, sentence))


def _check_parents(plan: UnitPlan, known: Mapping[str, Opd]) -> None:
    """Reject units whose superior is neither in the file nor in the directory, and then those below them."""
    while True:
        orphans = [
            row for row in plan.rows.values() if row.parent and row.parent not in plan.rows and row.parent not in known
        ]
        if not orphans:
            return
        for row in orphans:
            del plan.rows[row.key]
            plan.problems.append(
                _sentence(row.line, _("unit atasan tidak ditemukan; tambahkan atau perbaiki ID_ATASAN"))
            )


def _check_loops(plan: UnitPlan, known: Mapping[str, Opd]) -> None:
    parents = {key: unit.parent.roster_id or "" for key, unit in known.items() if unit.parent}
    parents |= {row.key: row.parent for row in plan.rows.values()}
    if loop := find_loop(parents):
        names = [plan.rows[key].name if key in plan.rows else known[key].name for key in loop]
        raise Refused(
            _("Susunan unit berputar: %(names)s. Perbaiki ID_ATASAN.") % {"names": " → ".join(names)}, status=422
        )


def kind_of(name: str, *, below_top: bool) -> UnitKind:
    """Return what a unit is by its name; the units of an OPD ('Sekretariat', 'Bidang …') are plain units."""
    words = name.casefold()
    for pattern, kind in _KINDS:
        if re.search(pattern, words):
            return kind if below_top or kind != UnitKind.OPD else UnitKind.UNIT
    return UnitKind.BAGIAN if words.startswith("bagian ") else UnitKind.UNIT


def _write(plan: UnitPlan, known: dict[str, Opd]) -> None:
    """Write parents before children; the kind is guessed for new units only."""
    todo = [*plan.new, *plan.changed]
    while todo:
        waiting = {row.key for row in todo if row.key not in known}
        ready = [row for row in todo if row.parent not in waiting]
        for row in ready:
            parent = known.get(row.parent)
            unit = known.get(row.key) or Opd(roster_id=row.key)
            if unit.pk is None:
                unit.kind = kind_of(row.name, below_top=parent is not None and parent.kind == UnitKind.PEMKAB)
            unit.name, unit.parent = row.name, parent
            unit.save()
            known[row.key] = unit
        todo = [row for row in todo if row not in ready]
    if plan.new or plan.changed:
        refresh_offices()
        top = Opd.objects.filter(parent=None).order_by("pk").first()
        if top is not None:
            record("units_imported", top, by=None, via="command", new=len(plan.new), changed=len(plan.changed))
