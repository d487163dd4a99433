"""The case page: one page with everything, shown only to those who may see it; reading secrets is written down."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from approvals import workflow
from approvals.casework.models import ReasonText
from approvals.models import Outcome
from approvals.verdicts import Mark
from declarations.answers import save_answers
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World, declaration_at, draft, endorse, person, review, sent, step_of

REASON = "Tidak berlaku untuk kanal ini karena isinya pelajaran."


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.reviewer)
    return client


@pytest.fixture
def risky(world: World) -> Declaration:
    channel = SampleChannel("@uji.kafe", answers={**PAID_CHANNEL, "C2": ["ULASAN_PRODUK_USAHA"]})
    return endorse(sent(world.licensing, channel, A3=["PERIZINAN"], F2="YA", **PAID_ANSWERS))


def url(declaration: Declaration, name: str = "case", *args: str) -> str:
    return reverse(f"approvals:{name}", args=[declaration.number, *args])


# -- what it shows -------------------------------------------------------------------------------------------------


def test_it_names_person_status_findings_and_clauses(risky: Declaration, officer: Client) -> None:
    body = officer.get(url(risky)).content.decode()
    assert f'data-status="awaiting_review" data-nomor="{risky.number}"' in body
    assert "Hendra Efendi" in body
    assert risky.declarant.nip[:8] in body
    assert 'data-finding="KK-04"' in body
    assert "belum diverifikasi" in body
    assert "Tandai" not in body
    assert "Tanda dibuat otomatis dari jawaban; bukan kesimpulan pelanggaran." in body
    assert 'rel="noopener noreferrer nofollow"' in body
    assert "data-keputusan" in body


def test_nothing_is_chosen_beforehand(risky: Declaration, officer: Client) -> None:
    form = officer.get(url(risky)).content.decode().split("data-keputusan")[1].split("</form>")[0]
    assert "checked" not in form


@pytest.mark.parametrize(
    "status",
    [
        Status.AWAITING_HEAD,
        Status.RETURNED,
        Status.AWAITING_REVIEW,
        Status.AWAITING_INSPECTORATE,
        Status.APPROVED,
        Status.REJECTED,
        Status.WITHDRAWN,
        Status.EXPIRED,
        Status.REVOKED,
    ],
)
def test_every_status_has_a_page(world: World, officer: Client, status: Status) -> None:
    case = declaration_at(status, world)
    answer = officer.get(url(case))
    assert answer.status_code == 200
    assert ("data-keputusan" in answer.content.decode()) == (status == Status.AWAITING_REVIEW)


def test_the_new_version_stands_beside_the_old(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    review(case, world.reviewer, Outcome.RETURNED, reason="Mohon dijelaskan.", marks=(Mark("waktu", "Seragam?"),))
    case.refresh_from_db()
    save_answers(case, {"D4": "YA"})
    workflow.submit(case, by=world.teacher)
    body = officer.get(url(case)).content.decode()
    assert "Isian versi 2" in body
    assert "1 jawaban berubah dari versi 1" in body
    assert body.count("<ins>") == body.count("<del>") == 1


def test_of_one_moment_the_later_mail_stands_above(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    mails = OutgoingEmail.objects.filter(case=case.number)
    mails.update(created_at=case.since, sent_at=None)
    shown = [event["mail"] for event in officer.get(url(case)).context["events"] if "mail" in event]
    assert shown == list(mails.order_by("-pk").values_list("pk", flat=True))
    assert len(shown) > 2


def test_other_cases_of_the_person_and_of_the_channel(world: World, officer: Client) -> None:
    case = sent(world.teacher, SampleChannel("@uji.bersama"))
    same_channel = sent(world.licensing, SampleChannel("@uji.bersama"))
    same_person = sent(world.teacher, SampleChannel("@uji.lain"))
    draft(world.colleague, SampleChannel("@uji.bersama"))
    others = officer.get(url(case)).context["others"]
    assert {(each["case"].number, each["why"]) for each in others} == {
        (same_channel.number, "kanal yang sama, ASN lain"),
        (same_person.number, "ASN yang sama"),
    }


def test_the_mail_copy_has_no_link_and_no_code(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    mail = OutgoingEmail.objects.get(case=case.number, purpose="head_request")
    body = officer.get(url(case, "mail_copy", str(mail.pk))).content.decode()
    assert "tautan tidak ditampilkan" in body
    assert "[[link]]" not in body
    assert not re.search(r"/k/[\w:-]+", body.split("<main")[1].split("</main>")[0])
    other = sent(world.colleague)
    assert officer.get(url(other, "mail_copy", str(mail.pk))).status_code == 404


# -- the list one came from ----------------------------------------------------------------------------------------


def test_the_place_in_the_list_one_came_from(world: World, officer: Client) -> None:
    cases = [endorse(sent(who)) for who in (world.teacher, world.colleague, world.licensing)]
    sent(world.head)
    query = "?status=awaiting_review&status=objection"
    answer = officer.get(url(cases[1]) + query)
    place = answer.context["place"]
    assert (place.index, place.total) == (2, 3)
    assert (place.previous, place.following) == (cases[0].number, cases[2].number)
    body = answer.content.decode()
    assert "Kasus 2 dari 3" in body
    assert f'href="{url(cases[2])}?status=awaiting_review&amp;status=objection"' in body
    assert "Kembali ke antrean (Perlu ditinjau, hal. 1)" in body


@pytest.mark.parametrize("urut", ["batas", "masuk", "nama"])
def test_walking_forward_meets_every_case_once(world: World, officer: Client, urut: str) -> None:
    for who in (world.teacher, world.colleague, world.licensing):
        declaration_at(Status.AWAITING_REVIEW, world, who)
    for name in ("Aminah", "Zulkifli"):
        declaration_at(Status.APPROVED, world, person(name, world.school))
    query = f"?status=semua&urut={urut}"
    listed = [case.number for case in officer.get("/tinjau/antrean/" + query).context["page"]]
    walked, here = [], listed[0]
    while here and len(walked) < 9:
        walked.append(here)
        here = officer.get(reverse("approvals:case", args=[here]) + query).context["place"].following
    assert walked == listed


def test_a_case_outside_the_list_has_no_place(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    assert officer.get(url(case) + "?status=approved").context["place"].index is None


# -- who may -------------------------------------------------------------------------------------------------------


def test_ones_own_case_does_not_exist(world: World, client: Client) -> None:
    own = endorse(sent(world.reviewer))
    client.force_login(world.reviewer)
    for name in ("case", "decide", "assign"):
        assert client.get(url(own, name)).status_code == 404
    for name in ("take", "release", "note", "sensitive", "decide"):
        assert client.post(url(own, name), {"catatan_internal": "x"}).status_code == 404


@pytest.mark.parametrize("who", ["teacher", "head", "administrator", "sekda"])
def test_others_are_turned_away_whether_the_case_exists_or_not(world: World, client: Client, who: str) -> None:
    case = sent(world.colleague)
    client.force_login(getattr(world, who))
    assert client.get(url(case)).status_code == 403
    assert client.get("/tinjau/DK-0000-00000-0/").status_code == 403
    assert client.post(url(case, "sensitive")).status_code == 403


def test_a_case_that_the_inspektorat_decides_is_hidden_from_bkpsdm(world: World, client: Client) -> None:
    case = sent(world.bkpsdm_head)
    client.force_login(world.reviewer)
    assert client.get(url(case)).status_code == 404
    client.force_login(world.inspector)
    assert client.get(url(case)).status_code == 200


def test_a_draft_and_an_unknown_number_are_404(world: World, officer: Client) -> None:
    assert officer.get(url(draft(world.teacher))).status_code == 404
    assert officer.get("/tinjau/DK-0000-00000-0/").status_code == 404


# -- sensitive answers ---------------------------------------------------------------------------------------------


def test_sensitive_answers_are_shown_after_a_post_that_is_written_down(world: World, officer: Client) -> None:
    """[O05]"""
    case = sent(world.teacher, C6F="YA", C6F_TEXT="Saya pernah berbagi poster calon.")
    secret = "Saya pernah berbagi poster calon."
    assert secret not in officer.get(url(case)).content.decode()
    assert not AuditEvent.objects.filter(event="sensitive_read").exists()
    assert officer.get(url(case, "sensitive")).status_code == 405
    answer = officer.post(url(case, "sensitive"))
    assert secret in answer.content.decode()
    event = AuditEvent.objects.get(event="sensitive_read")
    assert (event.actor_id, event.chain) == (world.reviewer.pk, case.audit_chain)
    assert secret not in officer.get(url(case)).content.decode()


# -- acts ----------------------------------------------------------------------------------------------------------


def test_take_and_release(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    answer = officer.post(url(case, "take") + "?status=awaiting_review")
    assert answer["Location"] == url(case) + "?status=awaiting_review"
    case.refresh_from_db()
    assert case.reviewer == world.reviewer
    assert "Di tangan <b>Yusnita Sari</b>" in officer.get(url(case)).content.decode()
    officer.post(url(case, "release"))
    case.refresh_from_db()
    assert case.reviewer is None


def test_taking_what_a_colleague_has_names_him(world: World, officer: Client, client: Client) -> None:
    case = endorse(sent(world.teacher))
    second = Client()
    second.force_login(world.second_reviewer)
    second.post(url(case, "take"))
    answer = officer.post(url(case, "take"))
    assert answer.status_code == 409
    assert "Sudah diambil Fadhil Amri" in answer.content.decode()


def test_assigning_needs_a_reviewer(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    assert "Fadhil Amri" in officer.get(url(case, "assign")).content.decode()
    assert officer.post(url(case, "assign"), {"kepada": str(world.teacher.public_id)}).status_code == 422
    officer.post(url(case, "assign"), {"kepada": str(world.second_reviewer.public_id)})
    case.refresh_from_db()
    assert case.reviewer == world.second_reviewer


def test_a_finding_is_relevant_with_one_press(risky: Declaration, officer: Client) -> None:
    officer.post(url(risky, "finding", "KK-04"), {"relevan": "ya"})
    assert risky.snapshot.findings.get(code="KK-04").relevant is True


@pytest.mark.parametrize(
    "form",
    [{"relevan": "tidak", "alasan": "pendek"}, {"relevan": "mungkin"}, {}, {"relevan": "tidak", "alasan": "x" * 2001}],
)
def test_setting_a_finding_aside_needs_a_reason(risky: Declaration, officer: Client, form: dict[str, str]) -> None:
    answer = officer.post(url(risky, "finding", "KK-04"), form)
    assert answer.status_code == 422
    assert 'href="#alasan-KK-04"' in answer.content.decode()
    assert risky.snapshot.findings.get(code="KK-04").relevant is None


def test_a_finding_set_aside_keeps_its_reason(world: World, risky: Declaration, officer: Client) -> None:
    answer = officer.post(url(risky, "finding", "KK-04"), {"relevan": "tidak", "alasan": REASON})
    assert answer["Location"].endswith("#temuan-KK-04")
    finding = risky.snapshot.findings.get(code="KK-04")
    assert (finding.relevant, finding.handling, finding.handled_by) == (False, REASON, world.reviewer)
    assert REASON in officer.get(url(risky)).content.decode()


def test_a_rule_that_did_not_fire_is_404(risky: Declaration, officer: Client) -> None:
    assert officer.post(url(risky, "finding", "KK-99"), {"relevan": "ya"}).status_code == 404


def test_notes_are_kept_and_shown(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    assert officer.post(url(case, "note"), {"catatan_internal": "  "}).status_code == 422
    assert officer.post(url(case, "note"), {"catatan_internal": "x" * 2001}).status_code == 422
    officer.post(url(case, "note"), {"catatan_internal": "Sudah dicek\x00 <b>ya</b>."})
    body = officer.get(url(case)).content.decode()
    assert "Sudah dicek &lt;b&gt;ya&lt;/b&gt;." in body


def test_a_get_changes_nothing_but_writes_down_who_opened_the_case(
    world: World, risky: Declaration, officer: Client
) -> None:
    before = AuditEvent.objects.count()
    for name, *args in (("case",), ("note",), ("finding", "KK-04"), ("assign",), ("decide",)):
        officer.get(url(risky, name, *args))
    for name in ("take", "release", "sensitive"):
        assert officer.get(url(risky, name)).status_code == 405
    assert AuditEvent.objects.count() == before + 1
    assert AuditEvent.objects.latest("pk").event == "case_opened"
    assert step_of(risky).pending


def test_encrypted_answers_stay_out_of_findings_until_asked_for(world: World, officer: Client) -> None:
    case = sent(world.teacher, F4="YA")
    code = next(each.code for each in case.snapshot.findings.all() if any(row["code"] == "F4" for row in each.evidence))
    hidden = officer.get(url(case)).content.decode().split(f'data-finding="{code}"')[1].split("</article>")[0]
    assert "jawaban sensitif; tampilkan" in hidden
    shown = officer.post(url(case, "sensitive")).content.decode().split(f'data-finding="{code}"')[1]
    assert "jawaban sensitif; tampilkan" not in shown.split("</article>")[0]


# -- remarks at answers, ready reasons ------------------------------------------------------------------------------


def remark(client: Client, case: Declaration, text: str, reader: str, code: str = "C3"):  # noqa: ANN201
    assert case.snapshot is not None
    query = f"?butir={case.snapshot.content['channels'][0]['item']}" if code == "C3" else ""
    return client.post(url(case, "comment", code) + query, {"komentar": text, "pembaca": reader})


def test_a_remark_for_the_declarant_fills_the_request_to_mend(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    assert remark(officer, case, "Jelaskan jenjang kelasnya.", "asn").status_code == 302
    remark(officer, case, "Bandingkan dengan tahun lalu.", "internal")
    page = officer.get(url(case))
    body = page.content.decode()
    assert "Jelaskan jenjang kelasnya." in body
    assert "Bandingkan dengan tahun lalu." in body
    form = page.context["form"]
    assert form["bagian"].value() == ["konten"]
    assert "Jelaskan jenjang kelasnya." in form["catatan_konten"].value()
    assert "Bandingkan" not in form["catatan_konten"].value()


def test_an_internal_remark_never_reaches_the_declarant(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    remark(officer, case, "Hanya untuk rekan.", "internal")
    remark(officer, case, "Belum dikirim.", "asn")
    own = Client()
    own.force_login(world.teacher)
    body = own.get(f"/deklarasi/{case.number}/").content.decode()
    assert "Hanya untuk rekan." not in body
    assert "Belum dikirim." not in body
    assert "Komentar pada isian" not in body


def test_a_remark_that_will_not_be_sent_is_named_before_deciding(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    remark(officer, case, "Jelaskan jenjang kelasnya.", "asn")
    step = step_of(case)
    form = {"langkah": str(step.pk), "revisi": str(case.revision), "keputusan": "approved", "sampai": ""}
    assert "1 komentar untuk ASN tidak ikut terkirim" in officer.post(url(case, "decide"), form).content.decode()


@pytest.mark.parametrize(("text", "reader"), [("", "internal"), ("x" * 301, "asn"), ("Baik.", ""), ("Baik.", "semua")])
def test_a_remark_that_cannot_be_kept_stays_in_its_field(world: World, officer: Client, text: str, reader: str) -> None:
    case = endorse(sent(world.teacher))
    answer = remark(officer, case, text, reader)
    assert answer.status_code == 422
    assert answer.context["text"] == text
    assert case.comments.count() == 0


def test_the_same_remark_twice_is_one_and_an_unknown_answer_is_404(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    remark(officer, case, "Sekali saja.", "internal")
    remark(officer, case, "Sekali saja.", "internal")
    assert case.comments.count() == 1
    assert officer.get(url(case, "comment", "ZZ")).status_code == 404
    assert officer.get(url(case, "comment", "G1")).status_code == 404


def test_a_ready_reason_is_added_to_what_was_typed_and_nothing_is_lost(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    text = ReasonText.objects.filter(outcome="rejected")[0]
    step = step_of(case)
    form = {
        "langkah": str(step.pk),
        "revisi": str(case.revision),
        "keputusan": "approved_conditions",
        "syarat_lain": "Syarat saya.",
        "alasan": "Kata saya.",
        "contoh": str(text.pk),
        "pakai": "1",
    }
    page = officer.post(url(case, "decide"), form)
    assert page.status_code == 200
    filled = page.context["form"]
    assert filled["alasan"].value() == f"Kata saya.\n\n{text.text}"
    assert filled["syarat_lain"].value() == "Syarat saya."
    assert filled["keputusan"].value() == "approved_conditions"
    assert not filled.errors
    assert step_of(case).pending
    again = officer.post(url(case, "decide"), {**form, "alasan": filled["alasan"].value(), "contoh": "x"})
    assert again.context["form"]["alasan"].value() == filled["alasan"].value()


def test_the_catalogue_is_kept_by_administrators(world: World, officer: Client) -> None:
    assert officer.get("/kelola/alasan/").status_code == 403
    client = Client()
    client.force_login(world.administrator)
    good = {"keputusan": "rejected", "judul": "Alasan uji", "teks": "Teks uji yang sopan.", "dipakai": "1"}
    for wrong in ({"judul": ""}, {"teks": ""}, {"keputusan": "x"}, {"judul": "x" * 81}, {"teks": "a@b.go.id"}):
        answer = client.post("/kelola/alasan/baru/", {**good, **wrong})
        assert answer.status_code == 422
        assert answer.context["row"].text == {**good, **wrong}["teks"]
    client.post("/kelola/alasan/baru/", good)
    row = ReasonText.objects.get(title="Alasan uji")
    assert client.post("/kelola/alasan/baru/", good).status_code == 422
    client.post(f"/kelola/alasan/{row.pk}/", {**good, "dipakai": ""})
    case = endorse(sent(world.teacher))
    assert "Alasan uji" not in officer.get(url(case)).content.decode()


def test_other_cases_with_the_same_partner_are_listed(world: World, officer: Client) -> None:
    def with_partner(who: Employee, handle: str, name: str) -> Declaration:
        answers = {**PAID_CHANNEL, "E3": [{"name": name, "form": "ENDORSE", "sector": "kuliner"}]}
        return endorse(sent(who, SampleChannel(handle, answers=answers), **PAID_ANSWERS))

    case = with_partner(world.teacher, "@satu.uji", "CV. Kedai Contoh")
    mate = with_partner(world.colleague, "@dua.uji", "kedai  contoh")
    with_partner(person("Orang Lain", world.school), "@tiga.uji", "Toko Berbeda")
    listed = officer.get(url(case)).context["others"]
    assert [(row["case"].pk, row["why"], row["labels"]) for row in listed] == [
        (mate.pk, "mitra yang sama, ASN lain", ["Kedai Contoh"])
    ]
