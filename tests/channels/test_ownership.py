"""Proving a channel: the code, asking, an officer's word, what pages and letters say, and what falls due again."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from approvals import letters, ownership
from approvals.due import perform
from approvals.models import WorkItem, WorkKind
from approvals.ownership.judging import lapse_old
from declarations.models import Channel, Declaration
from declarations.proofs.codes import ALPHABET, found_in, new_code
from declarations.proofs.models import Method, Proof, ProofState
from declarations.proofs.standing import standing
from declarations.samples import SampleChannel
from portal import clock
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests import factories
from tests.factories import World

pytestmark = pytest.mark.django_db
REASON = "Kode belum terlihat di bio kanal ini."


@pytest.fixture
def world() -> World:
    return World()


def channel_of(who: Employee, address: str = "@kanal.bukti", platform: str = "instagram") -> Channel:
    factories.draft(who, SampleChannel(address, platform))
    return Channel.objects.get(owner=who, handle=address.removeprefix("@"))


def asked(who: Employee, **channel: Any) -> Channel:
    found = channel_of(who, **channel)
    ownership.issue(found, by=who)
    ownership.ask(found, by=who)
    return found


def browser(who: Employee) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_codes_have_no_signs_that_are_taken_for_others_and_never_repeat() -> None:
    codes = {new_code() for _ in range(300)}
    assert len(codes) == 300
    assert all(code.startswith("PB-") and len(code) == 9 and set(code[3:]) <= set(ALPHABET) for code in codes)
    assert not set("01ILO") & set(ALPHABET)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kode: PB-7K3M9Q.", True),
        ("pb-7k3m9q", True),
        ("PB\u20117K3M9Q", True),
        ("XPB-7K3M9Q", False),
        ("PB-7K3M9QZ", False),
        ("PB-7K3M9Q2 lalu PB-7K3M9Q", True),
        ("PB 7K3M9Q", False),
        ("", False),
    ],
)
def test_the_code_counts_only_as_a_word_of_its_own(text: str, found: bool) -> None:
    assert found_in("PB-7K3M9Q", text) is found


def test_from_the_code_to_the_officers_word(world: World) -> None:
    channel = channel_of(world.teacher)
    owner, address = browser(world.teacher), f"/kanal/{channel.pk}/bukti/"
    assert reverse("approvals:proof", args=[channel.pk]) == address
    assert "PB-" not in owner.get(address).content.decode()
    assert owner.post(address, {"tindakan": "kode"}).status_code == 302
    proof = Proof.objects.get(channel=channel)
    page = owner.get(address).content.decode()
    assert proof.code in page
    assert "Edit profil" in page
    assert owner.post(address, {"tindakan": "periksa"}).status_code == 302
    assert "Menunggu pemeriksaan" in owner.get(address).content.decode()
    assert WorkItem.objects.filter(kind=WorkKind.CHANNEL_PROOF, done_at=None).count() == 1

    officer = browser(world.reviewer)
    assert str(channel) in officer.get("/tinjau/kanal/").content.decode()
    page = officer.get(f"/tinjau/kanal/{channel.pk}/").content.decode()
    assert proof.code in page
    assert channel.url in page
    assert officer.post(f"/tinjau/kanal/{channel.pk}/", {"hasil": "reviewer"}).status_code == 302
    now = standing(channel.pk)
    assert (now.state, now.how) == (ProofState.PROVEN, "kode dilihat petugas di halaman kanal")
    assert not WorkItem.objects.filter(kind=WorkKind.CHANNEL_PROOF, done_at=None).exists()
    mail = OutgoingEmail.objects.get(purpose="channel_notice")
    assert mail.subject == f"Kanal terbukti: {channel}"
    assert "palsu" not in (mail.text + page).lower()
    assert "Terbukti" in owner.get("/kanal/").content.decode()


def test_sending_back_needs_a_reason_keeps_what_was_typed_and_lets_the_owner_ask_again(world: World) -> None:
    channel = asked(world.teacher)
    officer, address = browser(world.reviewer), f"/tinjau/kanal/{channel.pk}/"
    refused = officer.post(address, {"hasil": "belum", "alasan": "tidak ada"})
    assert refused.status_code == 422
    assert "tidak ada" in refused.content.decode()
    assert officer.post(address, {}).status_code == 422
    assert officer.post(address, {"hasil": "belum", "alasan": REASON}).status_code == 302
    page = browser(world.teacher).get(f"/kanal/{channel.pk}/bukti/").content.decode()
    assert REASON in page
    ownership.ask(channel, by=world.teacher)
    assert standing(channel.pk).state == ProofState.WAITING


def test_judged_twice_says_that_it_was_judged(world: World) -> None:
    channel = asked(world.teacher)
    ownership.confirm(channel, by=world.reviewer, method=Method.REVIEWER)
    again = browser(world.second_reviewer).post(f"/tinjau/kanal/{channel.pk}/", {"hasil": "reviewer"})
    assert again.status_code == 409
    assert "Sudah diperiksa" in again.content.decode()


def test_who_may_judge(world: World) -> None:
    channel = asked(world.teacher)
    colleague = factories.person("Nadia Putri", world.school, "reviewer")
    address = f"/tinjau/kanal/{channel.pk}/"
    assert browser(world.teacher).get(address).status_code == 403
    assert browser(world.head).get(address).status_code == 403
    assert browser(world.inspector).get(address).status_code == 403
    assert browser(colleague).get(address).status_code == 403
    assert browser(world.administrator).get(address).status_code == 200
    own = asked(world.reviewer, address="@milik.peninjau")
    assert browser(world.reviewer).get(f"/tinjau/kanal/{own.pk}/").status_code == 404
    assert browser(world.colleague).get(f"/kanal/{channel.pk}/bukti/").status_code == 404
    with pytest.raises(Refused):
        ownership.confirm(own, by=world.reviewer, method=Method.PERSON)


def test_pressing_twice_issues_one_code_and_asks_once(world: World) -> None:
    channel = channel_of(world.teacher)
    first, second = (ownership.issue(channel, by=world.teacher) for _ in range(2))
    assert first.pk == second.pk
    ownership.ask(channel, by=world.teacher)
    ownership.ask(channel, by=world.teacher)
    assert WorkItem.objects.filter(kind=WorkKind.CHANNEL_PROOF).count() == 1


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, format="PNG")
    return SimpleUploadedFile("198001012010011901.png", out.getvalue(), content_type="image/png")


def test_pictures_go_to_an_officer_and_are_shown_to_nobody_else(world: World) -> None:
    channel = channel_of(world.teacher)
    owner, address = browser(world.teacher), f"/kanal/{channel.pk}/bukti/"
    owner.post(address, {"tindakan": "kode"})
    assert owner.post(address, {"tindakan": "gambar"}).status_code == 422
    wrong = SimpleUploadedFile("a.png", b"MZ", content_type="image/png")
    refused = owner.post(address, {"tindakan": "gambar", "berkas": wrong})
    assert refused.status_code == 422
    assert "Hanya PDF, JPEG, atau PNG" in refused.content.decode()
    assert owner.post(address, {"tindakan": "gambar", "berkas": picture()}).status_code == 302
    assert standing(channel.pk).state == ProofState.WAITING
    officer = browser(world.reviewer)
    page = officer.get(f"/tinjau/kanal/{channel.pk}/").content.decode()
    file = Proof.objects.get(channel=channel).files.get()
    link = f"/tinjau/kanal/{channel.pk}/berkas/{file.public_id}/"
    assert link in page
    answer = officer.get(link)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "198001012010011901" not in answer["Content-Disposition"]
    assert browser(world.colleague).get(link).status_code == 403
    assert browser(world.colleague).get(f"/berkas/{file.public_id}/").status_code == 404
    other = asked(world.colleague, address="@lain.kanal")
    assert officer.get(f"/tinjau/kanal/{other.pk}/berkas/{file.public_id}/").status_code == 404
    officer.post(f"/tinjau/kanal/{channel.pk}/", {"hasil": "picture"})
    assert standing(channel.pk).how == "tangkapan layar diperiksa petugas"


def test_a_code_ends_after_seven_days(world: World) -> None:
    channel = channel_of(world.teacher)
    old = ownership.issue(channel, by=world.teacher)
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        with pytest.raises(Refused, match="tidak berlaku"):
            ownership.ask(channel, by=world.teacher)
        assert ownership.issue(channel, by=world.teacher).code != old.code


def test_ten_checks_an_hour_are_enough(world: World) -> None:
    """[S08]"""
    channel = channel_of(world.teacher)
    ownership.issue(channel, by=world.teacher)
    for _ in range(10):
        ownership.ask(channel, by=world.teacher)
        ownership.send_back(channel, by=world.reviewer, reason=REASON)
    answer = browser(world.teacher).post(f"/kanal/{channel.pk}/bukti/", {"tindakan": "periksa"})
    assert answer.status_code == 429
    assert answer["Retry-After"]


def test_after_a_year_it_is_asked_for_again_once(world: World) -> None:
    channel = asked(world.teacher)
    ownership.confirm(channel, by=world.reviewer, method=Method.REVIEWER)
    with time_machine.travel(clock.now() + timedelta(days=364)):
        assert lapse_old() == 0
    with time_machine.travel(clock.now() + timedelta(days=367)):
        assert standing(channel.pk).state == ProofState.LAPSED  # also before the sweep has come by
        perform()
        perform()
        assert OutgoingEmail.objects.filter(subject__startswith="Mohon buktikan lagi").count() == 1
        assert ownership.issue(channel, by=world.teacher).state == ProofState.ISSUED


def test_the_letter_and_the_case_say_how_a_channel_is_known(world: World) -> None:
    who = world.teacher
    case = factories.sent(who, SampleChannel("@satu.terbukti", "instagram"), SampleChannel("@dua.belum", "tiktok"))
    proven = Channel.objects.get(handle="satu.terbukti")
    ownership.issue(proven, by=who)
    ownership.ask(proven, by=who)
    assert WorkItem.objects.get(kind=WorkKind.CHANNEL_PROOF).declaration == case
    ownership.confirm(proven, by=world.reviewer, method=Method.REVIEWER)
    page = browser(world.second_reviewer).get(f"/tinjau/{case.number}/").content.decode()
    assert "kode dilihat petugas di halaman kanal" in page
    assert "Belum dibuktikan" in page
    case = factories.review(factories.endorse(case), world.second_reviewer)
    letter = case.letters.get()
    first, second = (channel["proof"] for channel in letter.facts["channels"])
    assert first.startswith("kepemilikan terbukti")
    assert second == "menurut pernyataan yang bersangkutan"
    letters.make_file(letter)
    assert letter.file.pdf


def test_the_same_channel_of_two_people_links_both_cases_in_fixed_queries(
    world: World, django_assert_max_num_queries: Any
) -> None:
    first = factories.sent(world.teacher, SampleChannel("@kanal.bersama", "tiktok"))
    second = factories.sent(world.licensing, SampleChannel("@Kanal.Bersama", "tiktok"))
    for shown, other in ((first, second), (second, first)):
        page = browser(world.reviewer).get(f"/tinjau/{shown.number}/").content.decode()
        assert f"juga dideklarasikan oleh {other.declarant.official_name}" in page
        assert f"/tinjau/{other.number}/" in page
    many = factories.sent(
        world.colleague, *(SampleChannel(f"@banyak.{n}", "tiktok") for n in range(9)), SampleChannel("@kanal.bersama")
    )
    assert queries(world, many) <= queries(world, first)


def queries(world: World, case: Declaration) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from approvals import channelfile

    with CaptureQueriesContext(
        connection,
    ) as caught:
        channelfile.rows(case, world.second_reviewer)
    return len(caught)
