"""A channel left out of an approval: reasons, findings, letter, mail, and declaring it anew."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from approvals import workflow
from approvals.models import Outcome, Via
from approvals.verdicts import Exclusion, Verdict
from declarations.answers import elsewhere
from declarations.models import Declaration, DeclarationChannel
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from declarations.succession import follow_up
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from tests.factories import World, endorse, sent, step_of

pytestmark = pytest.mark.django_db
REASON = "Kanal ini ternyata dikelola orang lain, bukan oleh pegawai."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Declaration:
    return endorse(sent(world.teacher, SampleChannel("@uji.tetap"), SampleChannel("@uji.keluar", platform="tiktok")))


def item(case: Declaration, platform: str = "tiktok") -> DeclarationChannel:
    return case.items.select_related("channel").get(channel__platform=platform)


def decide(world: World, case: Declaration, *out: Exclusion, outcome: Outcome = Outcome.APPROVED) -> Declaration:
    verdict = Verdict(outcome, reason="Cukup jelas bagi yang membacanya.", exclusions=out)
    return workflow.decide(step_of(case), verdict, by=world.reviewer, via=Via.DASHBOARD)


def test_an_excluded_channel_is_in_no_letter_told_in_the_mail_and_free_again(world: World, case: Declaration) -> None:
    out = item(case)
    case = decide(world, case, Exclusion(out.pk, REASON))
    assert [each["label"] for each in case.letters.get().facts["channels"]] == ["@uji.tetap"]
    out.refresh_from_db()
    assert (out.excluded, out.excluded_reason) == (True, REASON)
    text = OutgoingEmail.objects.filter(case=case.number, subject__contains="disetujui").latest("pk").text
    assert "@uji.keluar" in text
    assert REASON in text
    assert elsewhere(world.teacher, "tiktok", "uji.keluar", None) is None
    assert elsewhere(world.teacher, "youtube", "uji.tetap", None) == case
    event = AuditEvent.objects.filter(chain=case.audit_chain, event="decided").latest("pk")
    assert event.data["excluded"] == [out.pk]
    client = Client()
    client.force_login(world.teacher)
    assert REASON in client.get(reverse("declarations:detail", args=[case.number])).content.decode()
    assert "@uji.keluar" not in client.get(reverse("declarations:list")).content.decode()


def test_a_copy_of_the_approval_leaves_the_excluded_channel_out(world: World, case: Declaration) -> None:
    case = decide(world, case, Exclusion(item(case).pk, REASON))
    copy = follow_up(case, "amendment", ["jenis"])
    assert [each.channel.label for each in copy.items.select_related("channel")] == ["@uji.tetap"]


def test_what_cannot_be_excluded_is_refused_and_nothing_changes(world: World, case: Declaration) -> None:
    both = [Exclusion(each.pk, REASON) for each in case.items.all()]
    foreign = sent(world.colleague).items.get()
    with pytest.raises(Refused, match="Pilih “Tidak disetujui”"):
        decide(world, case, *both)
    with pytest.raises(Refused, match="sedikitnya 20"):
        decide(world, case, Exclusion(both[0].item, "pendek"))
    with pytest.raises(Refused, match="Pilih kanal deklarasi ini"):
        decide(world, case, Exclusion(foreign.pk, REASON))
    with pytest.raises(Refused, match="Pilih kanal deklarasi ini"):
        decide(world, case, both[0], outcome=Outcome.REJECTED)
    case.refresh_from_db()
    assert case.status == Status.AWAITING_REVIEW
    assert not case.items.filter(excluded=True).exists()


def test_the_findings_of_the_channel_are_closed_with_it_and_no_others(world: World) -> None:
    partner = {"name": "CV Uji Perizinan", "form": "ENDORSE", "sector": "ACARA"}
    partnered = {**PAID_CHANNEL, "E3": [partner]}
    case = endorse(
        sent(
            world.licensing,
            SampleChannel("@uji.bersih"),
            SampleChannel("@uji.bayar", answers=partnered),
            **PAID_ANSWERS,
        )
    )
    snapshot = case.snapshot
    assert snapshot is not None
    paid = next(each for each in case.items.select_related("channel") if each.channel.label != "@uji.bersih")
    open_before = set(snapshot.findings.filter(relevant=None).values_list("code", flat=True))
    named = {
        finding.code
        for finding in snapshot.findings.all()
        if {row["channel"] for row in finding.evidence if row.get("channel")} == {paid.channel.label}
    }
    blocks = set(snapshot.findings.filter(severity="block").values_list("code", flat=True))
    assert blocks, "the sample must raise a finding of the highest severity"
    assert named & blocks
    with pytest.raises(Refused, match="Tangani|Inspektorat"):
        decide(world, case)
    step = step_of(case)
    for finding in snapshot.findings.filter(severity="block").exclude(code__in=named):
        finding.relevant, finding.handled_by, finding.handled_at = True, world.reviewer, clock.now()
        finding.save()
    step.second_look = False
    step.save()
    decide(world, case, Exclusion(paid.pk, REASON))
    closed = set(snapshot.findings.filter(relevant=False).values_list("code", flat=True))
    assert closed == named & open_before


def test_a_label_borne_by_a_remaining_channel_closes_nothing(world: World, case: Declaration) -> None:
    same = endorse(sent(world.colleague, SampleChannel("@uji.sama"), SampleChannel("@uji.sama", platform="tiktok")))
    snapshot = same.snapshot
    assert snapshot is not None
    snapshot.findings.create(
        code="KK-99",
        version=1,
        severity="warn",
        name="n",
        reason="r",
        topic="t",
        evidence=[{"code": "C3", "question": "q", "answer": "a", "channel": "@uji.sama"}],
    )
    decide(world, same, Exclusion(item(same).pk, REASON))
    assert snapshot.findings.get(code="KK-99").relevant is None


def test_the_form_keeps_what_was_typed_confirms_and_carries_out_once(world: World, case: Declaration) -> None:
    out = item(case)
    client = Client()
    client.force_login(world.reviewer)
    page = reverse("approvals:decide", args=[case.number])
    until = f"{clock.today() + timedelta(days=200):%d-%m-%Y}"
    basis = {"langkah": step_of(case).pk, "revisi": case.revision, "keputusan": "approved", "sampai": until}
    refused = client.post(page, {**basis, "keluarkan": [out.pk], f"alasan_kanal_{out.pk}": "Terlalu <b>"})
    assert refused.status_code == 422
    assert "Terlalu &lt;b&gt;</textarea>" in refused.content.decode()
    assert client.post(page, {**basis, "keluarkan": ["999999"]}).status_code == 422
    whole = {f"alasan_kanal_{each.pk}": REASON for each in case.items.all()}
    every = client.post(page, {**basis, **whole, "keluarkan": [each.pk for each in case.items.all()]})
    assert "Semua kanal dikeluarkan" in every.content.decode()
    shown = client.post(page, {**basis, "keluarkan": [out.pk], f"alasan_kanal_{out.pk}": REASON}).content.decode()
    assert shown.count(REASON) == 2  # the decision and its mail
    seal = re.search(r'name="isi" value="([^"]+)"', shown)
    assert seal is not None
    assert [client.post(page, {"isi": seal[1]}).status_code for _twice in range(2)] == [302, 302]
    out.refresh_from_db()
    assert out.excluded
    assert case.letters.count() == 1
    assert REASON in client.get(reverse("approvals:case", args=[case.number])).content.decode()


def test_a_case_with_one_channel_offers_no_exclusion(world: World) -> None:
    case = endorse(sent(world.teacher))
    client = Client()
    client.force_login(world.reviewer)
    assert 'name="keluarkan"' not in client.get(reverse("approvals:case", args=[case.number])).content.decode()
