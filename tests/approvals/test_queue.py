"""The queue: every view is a link, counts end at the limit, a search leaves no NIP in an address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from approvals import dashboard, desk
from approvals.filters import ACTIVE, EVERY, Filters, parse
from approvals.search import search_query, search_text, update_search, words_of
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from tests.factories import World, declaration_at, draft, endorse, person, sent

QUEUE = "/tinjau/antrean/"


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.reviewer)
    return client


def numbers(answer) -> list[str]:  # noqa: ANN001
    return [case.number for case in answer.context["page"]]


def read(query: str) -> tuple[Filters, list[str]]:
    return parse(QueryDict(query), {"DISDIKBUD": object()})


# -- the query string ----------------------------------------------------------------------------------------------


def test_nothing_asked_means_cases_under_way_by_deadline() -> None:
    filters, ignored = read("")
    assert filters == Filters()
    assert filters.statuses == ACTIVE
    assert filters.encode() == ""
    assert ignored == []


def test_a_view_survives_the_way_through_its_address() -> None:
    query = "status=awaiting_head&status=returned&opd=DISDIKBUD&temuan=block,KK-04&platform=youtube&jenis=edukatif"
    query += "&komersial=rencana&umur=3-5&q=rahmi&urut=nama&hal=3"
    filters, ignored = read(query)
    assert ignored == []
    assert read(filters.encode())[0] == filters
    assert filters.status == (Status.AWAITING_HEAD, Status.RETURNED)
    assert filters.age == (3, 5)


@pytest.mark.parametrize(
    "query",
    [
        "status=hilang",
        "status=draft",
        "opd=TIDAKADA",
        "temuan=parah",
        "platform=facebook",
        "jenis=x",
        "komersial=mungkin",
        "urut=acak",
        "hal=0",
        "hal=-1",
        "hal=abc",
        "hal=%D9%A3",
        "umur=lama",
        "pegawai=123",
        "batas=x",
        "peninjau=orang",
    ],
)
def test_an_unknown_value_is_ignored_with_a_sentence(query: str) -> None:
    """[Z05]"""
    filters, ignored = read(query)
    assert filters == Filters()
    assert len(ignored) == 1


def test_pages_end_at_row_1000() -> None:
    filters, ignored = read("hal=41")
    assert filters.hal == 40
    assert "1.000" in ignored[0]


@pytest.mark.parametrize("text", ["198504122010012901", "19850412 201001 2 901", "1985041220100129"])
def test_a_nip_in_the_address_is_not_searched_for(text: str) -> None:
    filters, ignored = read(f"q={text}")
    assert filters.q == ""
    assert "NIP" in ignored[0]


def test_a_null_byte_does_not_reach_the_database() -> None:
    assert read("q=a%00b")[0].q == "ab"


# -- what is listed ------------------------------------------------------------------------------------------------


def test_rows_carry_number_and_status(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    body = officer.get(QUEUE).content.decode()
    assert f'data-nomor="{case.number}" data-status="awaiting_head"' in body
    assert "Rahmi Oktavia, S.Pd." in body
    assert "Sisa 5 hari kerja" in body


def test_drafts_are_nobodys_business(world: World, officer: Client) -> None:
    """[Z06]"""
    draft(world.teacher)
    assert numbers(officer.get(QUEUE + "?status=semua")) == []


def test_a_reviewers_own_case_is_not_in_his_queue(world: World, client: Client) -> None:
    own = sent(world.reviewer)
    client.force_login(world.reviewer)
    assert own.number not in numbers(client.get(QUEUE))
    client.force_login(world.second_reviewer)
    assert own.number in numbers(client.get(QUEUE))


def test_filters_narrow(world: World, officer: Client) -> None:
    clean = sent(world.teacher)
    paid = sent(world.licensing, SampleChannel("@uji.bayar", answers=PAID_CHANNEL), **PAID_ANSWERS)
    mended = declaration_at(Status.RETURNED, world, world.colleague)

    def found(query: str) -> set[str]:
        return set(numbers(officer.get(f"{QUEUE}?{query}")))

    assert found("") == {clean.number, paid.number, mended.number}
    assert found("status=returned") == {mended.number}
    assert found("opd=DPMPTSP") == {paid.number}
    assert found("temuan=block") == {paid.number}
    assert found("temuan=KOM-00") == {paid.number}
    assert paid.number not in found("temuan=tanpa")
    assert found(f"komersial={paid.commercial}") == {paid.number}
    assert found("platform=youtube") >= {clean.number}
    assert found("platform=tiktok") <= {clean.number, paid.number, mended.number}
    assert found("umur=4-") == set()
    assert found("umur=0-2") == {clean.number, paid.number, mended.number}
    assert found("q=hendra") == {paid.number}
    assert found("q=uji.bayar") == {paid.number}
    assert found(f"q={clean.number}") == {clean.number}
    assert found(f"pegawai={world.teacher.public_id}") == {clean.number}
    assert found("q=%21%21%21") == set()


def test_late_cases_have_a_view_and_words(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    sent(world.colleague)
    Declaration.objects.filter(pk=case.pk).update(due_on=clock.today() - timedelta(days=14))
    answer = officer.get(QUEUE + "?batas=lewat")
    assert numbers(answer) == [case.number]
    assert "Lewat " in answer.content.decode()


def test_a_returned_case_says_that_the_clock_is_paused(world: World, officer: Client) -> None:
    declaration_at(Status.RETURNED, world)
    words = " ".join(strip_tags(officer.get(QUEUE).content.decode()).split())
    assert "Dijeda – menunggu ASN sejak" in words


def test_a_case_without_an_approver_says_so(world: World, officer: Client) -> None:
    world.head.assignments.all().delete()
    world.sekda.assignments.all().delete()
    world.bupati.assignments.all().delete()
    case = sent(world.teacher)
    answer = officer.get(QUEUE + "?pejabat=kosong")
    assert numbers(answer) == [case.number]
    assert "Belum ada pejabat" in answer.content.decode()


def test_sorting_by_deadline_name_and_arrival(world: World, officer: Client) -> None:
    first, second = sent(world.teacher), sent(world.colleague)
    Declaration.objects.filter(pk=second.pk).update(due_on=first.due_on - timedelta(days=1))
    assert numbers(officer.get(QUEUE)) == [second.number, first.number]
    assert numbers(officer.get(QUEUE + "?urut=nama")) == [first.number, second.number]
    assert numbers(officer.get(QUEUE + "?urut=masuk")) == [second.number, first.number]


def test_the_number_of_queries_does_not_depend_on_the_rows(world: World, officer: Client) -> None:
    sent(world.teacher)
    officer.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        officer.get(QUEUE)
    for index in range(6):
        endorse(sent(person(f"Guru {index}", world.school)))
    with CaptureQueriesContext(connection) as many:
        assert len(numbers(officer.get(QUEUE))) == 7
    assert len(few) == len(many) <= 10


def test_counts_stop_at_the_limit(world: World, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "LIMIT", 2)
    monkeypatch.setattr(dashboard, "PAGE", 1)
    for index in range(4):
        sent(person(f"Guru {index}", world.school))
    answer = officer.get(QUEUE)
    assert answer.context["heading"].startswith("lebih dari")
    assert answer.context["page"].paginator.num_pages == 2
    assert "baris ke-1.000" in officer.get(QUEUE + "?hal=2").content.decode()


def test_tabs_count_and_mark_the_current_view(world: World, officer: Client) -> None:
    endorse(sent(world.teacher))
    answer = officer.get(QUEUE + "?status=awaiting_review&status=objection")
    current = [tab for tab in answer.context["tabs"] if tab["current"]]
    assert [(tab["label"], tab["count"]) for tab in current] == [("Perlu ditinjau", "1")]


def test_every_tab_counts_what_its_list_holds(world: World, officer: Client) -> None:
    for status in (Status.AWAITING_HEAD, Status.RETURNED, Status.AWAITING_REVIEW, Status.AWAITING_INSPECTORATE):
        declaration_at(status, world, person(f"Guru {status}", world.school))
    paid = endorse(sent(world.licensing, SampleChannel("@uji.tab", answers=PAID_CHANNEL), **PAID_ANSWERS))
    desk.take(paid, by=world.reviewer)
    sent(world.reviewer)  # his own: counted for nobody but the others
    Declaration.objects.filter(pk=paid.pk).update(due_on=clock.today() - timedelta(days=14))
    tabs = officer.get(QUEUE).context["tabs"]
    assert [tab["count"] for tab in tabs].count("0") < 4
    for tab in tabs:
        if tab["count"] is not None:
            assert len(numbers(officer.get(f"{QUEUE}?{tab['query']}"))) == int(tab["count"]), tab["label"]


def test_a_row_escapes_what_people_wrote_and_speaks_the_language_of_the_page(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    type(world.teacher).objects.filter(pk=world.teacher.pk).update(name="<b>Rahmi</b>")
    type(world.dinas).objects.filter(pk=world.dinas.pk).update(code=None, name="<i>Dinas</i>")
    Declaration.objects.filter(pk=case.pk).update(reviewer=world.second_reviewer)
    type(world.reviewer).objects.filter(pk=world.second_reviewer.pk).update(name="<u>Fadhil</u> Amri")
    pages = {language: officer.get(f"{QUEUE}?bahasa={language}").content.decode() for language in ("id", "en", "id")}
    for body in pages.values():
        assert "&lt;b&gt;Rahmi" in body
        assert "<b>Rahmi" not in body
        assert "<i>Dinas" not in body
        assert "<u>Fadhil" not in body
    assert "Sisa 7 hari kerja" in pages["id"]
    assert "Sisa 7 hari kerja" not in pages["en"]


# -- search --------------------------------------------------------------------------------------------------------


def test_words_lose_case_accents_and_punctuation() -> None:
    assert words_of("Dr. Héndra_EFENDI (@kafe.ku)") == ["dr", "hendra", "efendi", "kafe", "ku"]


def test_a_query_of_no_words_is_none() -> None:
    assert search_query("& | ! :*") is None


def test_the_column_holds_number_name_channel_and_partner(world: World) -> None:
    case = sent(world.teacher, SampleChannel("@uji.kanal_ku"))
    content = case.snapshot.content
    content["channels"][0]["answers"]["E3"] = [{"name": "Kedai Contoh Simpang"}]
    text = search_text(case, content).split()
    assert {"rahmi", "kedai", "simpang", "uji", "kanal", "ku", "ujikanalku", "dk"} <= set(text)
    update_search(case, content)
    case.save()
    assert Declaration.objects.filter(search=search_query("kedai simp")).get() == case


def test_few_hits_and_many_are_the_same_list(world: World, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(3):
        sent(person(f"Guru {index}", world.school))
    few = numbers(officer.get(QUEUE + "?q=guru"))
    assert len(few) == 3
    monkeypatch.setattr(dashboard, "FEW", 2)  # more hits than are worth fetching: read along the order of the list
    assert numbers(officer.get(QUEUE + "?q=guru")) == few
    monkeypatch.setattr(dashboard, "LIMIT", 2)
    assert numbers(officer.get(QUEUE + "?q=guru")) == few[:2]


def test_a_nip_becomes_the_persons_public_id(world: World, officer: Client) -> None:
    answer = officer.post(reverse("approvals:queue_search"), {"q": world.teacher.nip})
    assert answer.status_code == 302
    assert f"pegawai={world.teacher.public_id}" in answer["Location"]
    assert world.teacher.nip not in answer["Location"]


def test_an_unknown_nip_is_in_no_address(world: World, officer: Client) -> None:
    answer = officer.post(reverse("approvals:queue_search"), {"q": "199901012020011001"}, follow=True)
    assert "199901012020011001" not in str(answer.redirect_chain)
    assert "Tidak ada pegawai dengan NIP itu" in answer.content.decode()


def test_words_become_a_view_of_every_status(world: World, officer: Client) -> None:
    answer = officer.post(reverse("approvals:queue_search"), {"q": "rahmi", "status": list(ACTIVE)})
    assert answer["Location"] == f"{QUEUE}?status={EVERY}&q=rahmi#hasil"


def test_the_panel_applies_filters_by_a_link(world: World, officer: Client) -> None:
    form = {"status": ["returned"], "opd": "DISDIKBUD", "temuan": "", "platform": "youtube", "komersial": "ya", "q": ""}
    answer = officer.post(reverse("approvals:queue_search"), form)
    assert answer["Location"] == f"{QUEUE}?status=returned&opd=DISDIKBUD&platform=youtube&komersial=ya#hasil"


# -- acts on several rows ------------------------------------------------------------------------------------------


def test_taking_several_tells_what_became_of_each(world: World, officer: Client) -> None:
    mine, taken = endorse(sent(world.teacher)), endorse(sent(world.colleague))
    desk.take(taken, by=world.second_reviewer)
    answer = officer.post(
        reverse("approvals:bulk"),
        {"aksi": "ambil", "pilih": [mine.number, taken.number, "DK-0000-00000-0"]},
        follow=True,
    )
    results = {each["number"]: (each["ok"], each["text"]) for each in answer.context["results"]}
    assert results[mine.number][0] is True
    assert results[taken.number] == (False, "Sudah diambil Fadhil Amri.")
    assert results["DK-0000-00000-0"][0] is False
    mine.refresh_from_db()
    assert mine.reviewer == world.reviewer


def test_the_whole_page_can_be_chosen_without_script(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    officer.post(reverse("approvals:bulk"), {"aksi": "ambil", "semua": "1", "halaman": [case.number]})
    case.refresh_from_db()
    assert case.reviewer == world.reviewer


def test_assigning_asks_to_whom(world: World, officer: Client) -> None:
    case = endorse(sent(world.teacher))
    first = officer.post(reverse("approvals:bulk"), {"aksi": "tugaskan", "pilih": [case.number]})
    assert first.status_code == 200
    assert "Fadhil Amri" in first.content.decode()
    empty = officer.post(reverse("approvals:bulk"), {"aksi": "tugaskan", "pilih": [case.number], "kepada_ditanya": "1"})
    assert empty.status_code == 422
    officer.post(
        reverse("approvals:bulk"),
        {"aksi": "tugaskan", "pilih": [case.number], "kepada": str(world.second_reviewer.public_id)},
    )
    case.refresh_from_db()
    assert case.reviewer == world.second_reviewer


def test_nothing_chosen_and_an_unknown_act_are_refused(world: World, officer: Client) -> None:
    assert officer.post(reverse("approvals:bulk"), {"aksi": "ambil"}).status_code == 422
    assert officer.post(reverse("approvals:bulk"), {"aksi": "hapus", "pilih": ["x"]}).status_code == 422


# -- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["teacher", "head", "administrator", "sekda"])
def test_others_do_not_see_the_queue(world: World, client: Client, who: str) -> None:
    client.force_login(getattr(world, who))
    assert client.get(QUEUE).status_code == 403
    assert client.post(reverse("approvals:queue_search"), {"q": "x"}).status_code == 403


def test_the_inspektorat_sees_the_queue_but_takes_nothing(world: World, client: Client) -> None:
    case = endorse(sent(world.teacher))
    client.force_login(world.inspector)
    answer = client.get(QUEUE)
    assert numbers(answer) == [case.number]
    assert "Tugaskan" not in answer.content.decode()
    assert client.post(reverse("approvals:bulk"), {"aksi": "ambil", "pilih": [case.number]}).status_code == 403


def test_a_stranger_is_sent_to_the_login(db: None, client: Client) -> None:
    assert client.get(QUEUE)["Location"].startswith("/masuk/?lanjut=")
