"""Check a bundle that came back: which of its files are as they were made, which were changed, taken out or put in.

Everything in the upload is read as hostile: no file is unpacked, nothing is read beyond the length that is expected,
and what the portal itself kept about the bundle counts more than what the ZIP says about itself.
"""

import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile, ZipInfo

from approvals.bundles import seal
from approvals.bundles.models import Bundle
from approvals.bundles.packing import MANIFEST, digest_of
from portal.audit.log import history

_MOST_MEMBERS = 2_000
_LARGEST_MANIFEST = 2 * 1024 * 1024
_ARCHIVE = "ZIP"  # stands for a container that cannot be opened any more
_PIECE = 64 * 1024
_NAME = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class State(StrEnum):
    """What became of one file of the bundle."""

    INTACT = "utuh"
    ALTERED = "berubah"
    MISSING = "hilang"
    ADDED = "tambahan"


@dataclass(frozen=True)
class Checked:
    """What the check found; `bundle` is None when this portal has no record of it."""

    bundle: Bundle | None
    signed: bool  # the manifest carries a signature of this portal
    files: list[tuple[str, State]]
    whole: bool  # the ZIP is byte for byte the one that was handed out
    history_stands: bool | None = None  # the last line the bundle tells of is still in the audit log, unchanged
    later: int = 0  # lines of the case written since

    @property
    def altered(self) -> list[tuple[str, State]]:
        return [(name, state) for name, state in self.files if state != State.INTACT]

    @property
    def intact(self) -> bool:
        """Every file is as it was made, and the portal knows the bundle or its signature."""
        return self.whole or (bool(self.files) and not self.altered and (self.bundle is not None or self.signed))


def check(file: IO[bytes], name: str = "") -> Checked | None:
    """Compare the uploaded ZIP with what was handed out; None if it is no bundle of this portal at all.

    `name` is the name of the upload: it tells which bundle it was when its manifest was changed.
    """
    whole = Bundle.objects.filter(zip_sha256=digest_of(file)[0]).first()
    if whole is not None:
        kept = [(each["nama"], State.INTACT) for each in whole.members]
        return _with_history(Checked(whole, True, [*kept, (MANIFEST, State.INTACT)], True))
    try:
        return _compare(file, name)
    except _BROKEN:
        bundle = _known(name)
        return Checked(bundle, False, [(_ARCHIVE, State.ALTERED)], False) if bundle else None


def _compare(file: IO[bytes], name: str) -> Checked | None:
    with ZipFile(file) as packed:
        entries = packed.infolist()
        if len(entries) > _MOST_MEMBERS:
            return None
        raw = _manifest(packed, entries)
        said = _parsed(raw)
        bundle = _known(str(said.get("paket", "")), packed.comment.decode("ascii", "replace"), name)
        signed = seal.recognised(said)
        if bundle is None and not signed:
            return None
        expected = bundle.members if bundle else said.get("anggota", [])
        files = _states(packed, entries, expected)
        same = hashlib.sha256(raw).hexdigest() == bundle.manifest_sha256 if bundle else signed
        files.append((MANIFEST, State.INTACT if same else State.ALTERED if raw else State.MISSING))
    return _with_history(Checked(bundle, signed, files, False))


def _manifest(packed: ZipFile, entries: Iterable[ZipInfo]) -> bytes:
    found = [entry for entry in entries if entry.filename == MANIFEST]
    if len(found) != 1:
        return b""
    try:
        with packed.open(found[0]) as member:
            return member.read(_LARGEST_MANIFEST)
    except _BROKEN:
        return b"?"


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _known(*places: str) -> Bundle | None:
    names = [UUID(found[0]) for place in places if (found := _NAME.search(place))]
    kept = {each.public_id: each for each in Bundle.objects.filter(public_id__in=names).select_related("declaration")}
    return next((kept[name] for name in names if name in kept), None)


def _states(packed: ZipFile, entries: list[ZipInfo], expected: list[dict[str, Any]]) -> list[tuple[str, State]]:
    present = {entry.filename: entry for entry in entries}
    often = Counter(entry.filename for entry in entries)
    states = []
    for member in expected:
        name = str(member["nama"])
        if name not in present:
            state = State.MISSING
        elif often[name] == 1 and _same(packed, present[name], member):
            state = State.INTACT
        else:
            state = State.ALTERED
        states.append((name, state))
    known = {MANIFEST, *(str(member["nama"]) for member in expected)}
    return states + [(name[:200], State.ADDED) for name in present if name not in known]


def _same(packed: ZipFile, entry: ZipInfo, member: dict[str, Any]) -> bool:
    left, digest = int(member["ukuran"]), hashlib.sha256()
    try:
        with packed.open(entry) as content:
            while piece := content.read(min(_PIECE, left + 1)):
                left -= len(piece)
                if left < 0:
                    return False
                digest.update(piece)
    except _BROKEN:
        return False
    return left == 0 and digest.hexdigest() == member["sha256"]


def _with_history(checked: Checked) -> Checked:
    """Add whether the audit log still holds the last line that the bundle tells of."""
    bundle = checked.bundle
    if bundle is None:
        return checked
    lines = history(bundle.declaration.audit_chain)
    stands = lines.filter(seq=bundle.last_seq, hash=bundle.last_hash).exists()
    later = lines.filter(seq__gt=bundle.last_seq).count()
    return Checked(bundle, checked.signed, checked.files, checked.whole, stands, later)
