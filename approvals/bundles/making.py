"""Make a bundle: read the case once, write its members one by one, sign the manifest, and write down who asked."""

import tempfile
from typing import IO, Any
from uuid import uuid4

from django.db import transaction
from django.utils import translation

from approvals.bundles import seal
from approvals.bundles.members import members_of
from approvals.bundles.models import Bundle
from approvals.bundles.packing import PDF, Packer, digest_of
from approvals.bundles.pages import render
from approvals.bundles.reading import contents_of, read
from approvals.letters import make_file
from approvals.models import Via
from approvals.workflow import lock
from declarations.models import Declaration
from portal import clock
from portal.audit.log import history, record
from portal.people.models import Employee

FORMAT = 1


@transaction.atomic
def make(declaration: Declaration, *, by: Employee, purpose: str, sensitive: bool) -> tuple[Bundle, IO[bytes]]:
    """Return the row of a new bundle and its ZIP as an open temporary file; the caller has checked who asks."""
    declaration = lock(declaration)
    bundle = Bundle(
        public_id=uuid4(),
        declaration=declaration,
        version=declaration.version,
        made_by=by,
        made_at=clock.now(),
        purpose=purpose,
        sensitive=sensitive,
    )
    if sensitive:
        _note_reading(declaration, by)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it once it is sent
    try:
        with translation.override("id"):
            bundle.manifest_sha256, bundle.members = _write(file, bundle)
    except BaseException:
        file.close()
        raise
    bundle.zip_sha256, bundle.size = digest_of(file)
    bundle.save(force_insert=True)
    record(
        "bundle_made",
        declaration,
        by=by,
        via=Via.DASHBOARD,
        bundle=str(bundle.public_id),
        manifest=bundle.manifest_sha256,
        sensitive=sensitive,
        purpose=purpose,
    )
    return bundle, file


def _note_reading(declaration: Declaration, by: Employee) -> None:
    """The sensitive answers of every version go out: written down as any reading of them is."""
    sealed = list(declaration.snapshots.filter(sealed__isnull=False).values_list("version", flat=True))
    if sealed:
        record("sensitive_read", declaration, by=by, via=Via.DASHBOARD, version=sealed[-1], versions=sealed)


def _write(file: IO[bytes], bundle: Bundle) -> tuple[str, list[dict[str, Any]]]:
    for letter in bundle.declaration.letters.filter(file=None):
        make_file(letter)  # issued a moment ago: the bundle does not go without it
    case = read(bundle.declaration, sensitive=bundle.sensitive)
    last = history(bundle.declaration.audit_chain).last()
    assert last is not None  # making one is itself preceded by the case's first line
    bundle.last_seq, bundle.last_hash = last.seq, last.hash
    packer = Packer(file, str(bundle.public_id))
    packer.add(PDF, [render(case, bundle)])
    for name, pieces in members_of(case):
        packer.add(name, pieces)
    for name, content in contents_of(bundle.declaration):
        packer.add(name, [content])

    def manifest(members: list[dict[str, Any]]) -> dict[str, Any]:
        said = {
            "format": FORMAT,
            "paket": str(bundle.public_id),
            "nomor": bundle.declaration.number,
            "versi": bundle.version,
            "dibuat": bundle.made_at.isoformat(),
            "dibuat_oleh": bundle.made_by.official_name,
            "keperluan": bundle.purpose,
            "jawaban_sensitif": bundle.sensitive,
            "riwayat": {"sampai": last.seq, "sidik": last.hash},
            "anggota": members,
        }
        return {**said, seal.FIELD: seal.sign(said)}

    return packer.finish(manifest), packer.members
