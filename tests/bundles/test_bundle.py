"""The evidence bundle: what it holds, who may have it, and that one altered character is named."""

import hashlib
import io
import json
import time
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.bundles import making, seal
from approvals.bundles.checking import Checked, State, check
from approvals.bundles.models import Bundle
from approvals.models import Outcome
from declarations.models import Declaration
from portal import clock
from portal.audit.log import verify_all
from portal.audit.models import AuditEvent
from portal.people.models import Employee
from tests.factories import World, endorse, review, sent

pytestmark = pytest.mark.django_db
CHECK = "/tinjau/paket-bukti/"
PURPOSE = "Pemeriksaan khusus triwulan keempat"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Declaration:
    return review(endorse(sent(world.teacher, F4="YA")), world.reviewer)


def signed_in(who: Employee, *, proven: bool = True) -> Client:
    client = Client()
    client.force_login(who)
    session = client.session
    session["proven"] = time.time() if proven else 0
    session.save()
    return client


def made(case: Declaration, world: World, *, sensitive: bool = False) -> tuple[Bundle, bytes]:
    bundle, file = making.make(case, by=world.inspector, purpose=PURPOSE, sensitive=sensitive)
    with file:
        return bundle, file.read()


def rewritten(raw: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Unpack, change what the caller wants, and pack again as somebody with a ZIP program would."""
    with ZipFile(io.BytesIO(raw)) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
        comment = packed.comment
    change(content)
    again = io.BytesIO()
    with ZipFile(again, "w", ZIP_DEFLATED) as packed:
        for name, value in content.items():
            packed.writestr(name, value)
        packed.comment = comment
    return again.getvalue()


def checked(raw: bytes, name: str = "") -> Checked:
    found = check(io.BytesIO(raw), name)
    assert found is not None
    return found


# -- what it holds ---------------------------------------------------------------------------------------------------


def test_the_bundle_tells_the_whole_case(case: Declaration, world: World) -> None:
    bundle, raw = made(case, world)
    with ZipFile(io.BytesIO(raw)) as packed:
        assert packed.testzip() is None
        assert packed.read("ringkasan.pdf").startswith(b"%PDF-")
        told = {name: json.loads(packed.read(name)) for name in packed.namelist() if name.endswith(".json")}
        letters = [name for name in packed.namelist() if name.startswith("surat/")]
    assert told["jawaban.json"]["versi"][0]["sha256"] == case.snapshots.get().digest
    assert {each["kode"] for each in told["temuan.json"]["versi"][0]["temuan"]} == set(
        case.snapshots.get().findings.values_list("code", flat=True)
    )
    cited = {(each["kode"], each["versi_aturan"]) for each in told["temuan.json"]["versi"][0]["temuan"]}
    assert cited <= {(each["kode"], each["versi"]) for each in told["aturan.json"]["aturan"]}
    deciders = [step["diputus_oleh"]["nama"] for step in told["keputusan.json"]["langkah"]]
    assert deciders == [world.head.official_name, world.reviewer.official_name]
    assert {each["keadaan"] for each in told["surel.json"]["surel"]} == {"queued"}
    assert told["riwayat.json"]["kejadian"][-1]["sidik"] == bundle.last_hash
    assert letters == [f"surat/{case.letters.get().number}.pdf"]
    assert {each["nama"] for each in told["manifes.json"]["anggota"]} == {*packed.namelist()} - {"manifes.json"}


def test_sensitive_answers_and_links_go_out_only_when_asked_for(case: Declaration, world: World) -> None:
    _bundle, raw = made(case, world)
    _second, full = made(case, world, sensitive=True)

    def text(raw: bytes) -> str:
        with ZipFile(io.BytesIO(raw)) as packed:
            return "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".json"))

    assert '"sensitif": "tidak disertakan"' in text(raw)
    assert '"F4": "YA"' not in text(raw)
    assert '"F4": "YA"' in text(full)
    for each in (raw, full):
        assert "/k/" not in text(each)
        assert "[[" not in text(each)
    assert AuditEvent.objects.filter(event="sensitive_read", actor_id=world.inspector.pk).count() == 1


def test_the_same_case_at_the_same_moment_gives_the_same_answers(case: Declaration, world: World) -> None:
    with clock.pretend(clock.now()):
        first, _raw = made(case, world)
        second, _raw = made(case, world)
    kept = {each["nama"]: each["sha256"] for each in first.members}
    again = {each["nama"]: each["sha256"] for each in second.members}
    assert {name for name in kept if kept[name] != again[name]} <= {"riwayat.json", "ringkasan.pdf"}  # name the bundle


def test_the_number_of_queries_does_not_grow_with_the_case(world: World) -> None:
    small = endorse(sent(world.teacher))
    with CaptureQueriesContext(
        connection,
    ) as few:
        made(small, world)
    large = review(
        endorse(sent(world.colleague, F4="YA")),
        world.reviewer,
        Outcome.REJECTED,
        reason="Kegiatan ini bertentangan dengan tugas.",
    )
    with CaptureQueriesContext(connection) as many:
        made(large, world)
    assert len(many) <= len(few) + 4  # relations that are empty for the small one are not asked


def test_typed_text_stays_text_in_the_pdf(world: World) -> None:
    case = sent(world.teacher, NOTE='#import "x" *tebal* $a$ \u202e 😀 </b>')
    _bundle, raw = made(case, world)
    with ZipFile(io.BytesIO(raw)) as packed:
        assert packed.read("ringkasan.pdf").startswith(b"%PDF-")


# -- intact or not ---------------------------------------------------------------------------------------------------


def test_untouched_it_is_intact_and_repacked_it_still_is(case: Declaration, world: World) -> None:
    _bundle, raw = made(case, world)
    found = checked(raw)
    assert (found.intact, found.whole, found.history_stands, found.later) == (True, True, True, 1)
    again = checked(rewritten(raw, lambda content: None))
    assert (again.intact, again.whole) == (True, False)


@pytest.mark.parametrize(
    "name", ["jawaban.json", "temuan.json", "aturan.json", "keputusan.json", "surel.json", "riwayat.json"]
)
def test_one_altered_character_is_named(case: Declaration, world: World, name: str) -> None:
    _bundle, raw = made(case, world)

    def change(content: dict[str, bytes]) -> None:
        at = content[name].rindex(b"a")
        content[name] = content[name][:at] + b"b" + content[name][at + 1 :]

    found = checked(rewritten(raw, change))
    assert not found.intact
    assert found.altered == [(name, State.ALTERED)]


def test_a_forged_manifest_does_not_cover_a_changed_answer(case: Declaration, world: World) -> None:
    """Even with digests made to fit, the portal's own record counts; without it the signature does not fit."""
    bundle, raw = made(case, world)

    def change(content: dict[str, bytes]) -> None:
        content["jawaban.json"] = content["jawaban.json"].replace(b"Rahmi", b"Rahma")
        manifest = json.loads(content["manifes.json"])
        for each in manifest["anggota"]:
            each["sha256"] = hashlib.sha256(content[each["nama"]]).hexdigest()
            each["ukuran"] = len(content[each["nama"]])
        content["manifes.json"] = json.dumps(manifest).encode()

    forged = rewritten(raw, change)
    assert checked(forged).altered == [("jawaban.json", State.ALTERED), ("manifes.json", State.ALTERED)]
    Bundle.objects.filter(pk=bundle.pk).delete()
    assert check(io.BytesIO(forged), "") is None
    assert checked(raw).intact  # known by its signature alone


def test_files_taken_out_and_put_in_are_named(case: Declaration, world: World) -> None:
    _bundle, raw = made(case, world)

    def change(content: dict[str, bytes]) -> None:
        del content["surel.json"]
        content["catatan.txt"] = b"x"

    assert checked(rewritten(raw, change)).altered == [
        ("surel.json", State.MISSING),
        ("catatan.txt", State.ADDED),
    ]


def test_a_file_that_unpacks_to_more_than_it_should_is_not_read_on(case: Declaration, world: World) -> None:
    _bundle, raw = made(case, world)

    def change(content: dict[str, bytes]) -> None:
        content["jawaban.json"] = b" " * 50_000_000

    assert checked(rewritten(raw, change)).altered == [("jawaban.json", State.ALTERED)]


def test_every_single_flipped_byte_is_noticed_and_nothing_breaks(case: Declaration, world: World) -> None:
    bundle, raw = made(case, world)
    name = f"paket-bukti-{case.number}-{bundle.public_id}.zip"
    for at in range(0, len(raw), max(1, len(raw) // 150)):
        broken = raw[:at] + bytes([raw[at] ^ 0x41]) + raw[at + 1 :]
        found = check(io.BytesIO(broken), name)
        assert found is not None, at
        assert not found.whole, at
    for length in (0, 1, 21, len(raw) // 2, len(raw) - 60):
        found = check(io.BytesIO(raw[:length]), name)
        assert found is not None
        assert not found.intact


@pytest.mark.parametrize("junk", [b"PK\x03\x04", b"x" * 1000, b"", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_bundle_is_not_recognised(junk: bytes) -> None:
    assert check(io.BytesIO(junk), "surat.zip") is None


def test_a_manifest_of_nonsense_is_not_recognised() -> None:
    for text in (b"[]", b"{}", b"[" * 100_000, b'{"paket": 1, "anggota": 3, "tanda": null}'):
        file = io.BytesIO()
        with ZipFile(file, "w") as packed:
            packed.writestr("manifes.json", text)
        assert check(file, "") is None


def test_a_key_that_was_rotated_out_still_recognises_what_it_signed(settings: object) -> None:
    said = {"paket": "x", "anggota": []}
    said[seal.FIELD] = seal.sign(said)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "a new one" * 8  # type: ignore[attr-defined]
    assert seal.recognised(said)
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    assert not seal.recognised(said)


# -- the pages -------------------------------------------------------------------------------------------------------


def test_only_the_inspectorate_makes_one_with_a_purpose_and_it_is_written_down(case: Declaration, world: World) -> None:
    url = f"/tinjau/{case.number}/paket-bukti.zip"
    assert signed_in(world.reviewer).get(url).status_code == 403
    assert signed_in(world.inspector, proven=False).post(url, {"keperluan": PURPOSE}).status_code == 302
    client = signed_in(world.inspector)
    assert client.post(url, {"keperluan": "x"}).status_code == 422
    assert not Bundle.objects.exists()
    answer = client.post(url, {"keperluan": PURPOSE})
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert checked(raw).whole
    assert str(world.teacher.nip) not in answer["Content-Disposition"]
    event = AuditEvent.objects.get(event="bundle_made")
    assert (event.actor_id, event.data["purpose"]) == (world.inspector.pk, PURPOSE)
    assert "Paket bukti dibuat" in client.get(f"/tinjau/{case.number}/").content.decode()
    assert list(verify_all()) == []


def test_the_page_names_the_altered_file_and_writes_down_the_check(case: Declaration, world: World) -> None:
    bundle, raw = made(case, world)
    client = signed_in(world.inspector)

    def upload(content: bytes, name: str = "paket.zip") -> str:
        file = io.BytesIO(content)
        file.name = name
        return client.post(CHECK, {"berkas": file}).content.decode()

    assert 'data-hasil="utuh"' in upload(raw)

    def change(content: dict[str, bytes]) -> None:
        content["temuan.json"] = content["temuan.json"][:-2] + b" \n"

    page = upload(rewritten(raw, change))
    assert 'data-hasil="berubah"' in page
    assert 'data-berkas="temuan.json" data-keadaan="berubah"' in page
    assert 'data-hasil="tidak-dikenal"' in upload(b"bukan zip")
    assert client.post(CHECK).status_code == 422
    assert AuditEvent.objects.filter(event="bundle_checked").count() == 2
    assert signed_in(world.reviewer).get(CHECK).status_code == 403


def test_a_bundle_about_oneself_is_checked_by_a_colleague(world: World) -> None:
    own = sent(world.inspector)
    bundle, file = making.make(own, by=world.reviewer, purpose=PURPOSE, sensitive=False)
    with file:
        raw = io.BytesIO(file.read())
    raw.name = "paket.zip"
    answer = signed_in(world.inspector).post(CHECK, {"berkas": raw})
    assert answer.status_code == 409
    assert str(bundle.public_id) not in answer.content.decode()
