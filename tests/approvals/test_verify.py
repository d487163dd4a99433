"""The public check of a letter: what a stranger with the paper in hand may learn, and nothing more."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from approvals import letters, workflow
from approvals.models import Letter, LetterFile, Outcome
from approvals.verdicts import NewCondition
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from tests.factories import World, declaration_at, endorse, review, sent

CONDITION = "Menonaktifkan monetisasi pada kanal itu"


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def letter(world: World) -> Letter:
    conditions = (NewCondition(CONDITION),)
    case = review(endorse(sent(world.teacher)), world.reviewer, Outcome.APPROVED_CONDITIONS, conditions=conditions)
    letters.render_missing()
    return case.letters.get()


def page(client: Client, letter: Letter) -> str:
    response = client.get(f"/v/{letter.code}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_valid_letter_shows_what_paper_is_compared_with(client: Client, letter: Letter) -> None:
    text = page(client, letter)
    for expected in [
        'data-status="approved"',
        letter.number,
        "R•••• O••••••",
        "Dinas Pendidikan",
        "YouTube @uji.kanal",
        "Disetujui dengan syarat",
        "Berlaku sampai",
        "Surat ini bukan izin",
    ]:
        assert expected in text


def test_nothing_more_is_shown(client: Client, letter: Letter, world: World) -> None:
    """[V02]"""
    text = page(client, letter)
    for kept in [world.teacher.nip, "Rahmi", "Oktavia", CONDITION, letter.declaration.number, "KK-", "Guru Ahli Muda"]:
        assert str(kept) not in text


def test_search_engines_are_told_to_stay_away(client: Client, letter: Letter) -> None:
    for address in ("/v/", f"/v/{letter.code}/"):
        response = client.get(address)
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert 'name="robots"' in response.content.decode()


def test_a_revoked_letter_says_so_at_once_but_not_why(client: Client, letter: Letter, world: World) -> None:
    """[V04]"""
    workflow.revoke(letter.declaration, by=world.reviewer, reason="Keadaan sudah berubah sejak persetujuan.")
    text = page(client, letter)
    assert 'data-status="revoked"' in text
    assert "Dicabut" in text
    assert "Keadaan sudah berubah" not in text
    assert "Berlaku sampai" not in text


def test_an_expired_letter_says_so_even_before_the_sweep(client: Client, letter: Letter) -> None:
    """[W11]"""
    with clock.pretend(clock.end_of_day(letter.valid_until + timedelta(days=1))):
        text = page(client, letter)
    assert 'data-status="expired"' in text
    assert "Berakhir" in text
    with clock.pretend(clock.end_of_day(letter.valid_until)):
        assert 'class="letter section-s" data-status="approved"' in page(client, letter)


def test_a_replaced_letter_says_so(client: Client, letter: Letter) -> None:
    Declaration.objects.filter(pk=letter.declaration_id).update(status=Status.SUPERSEDED)
    assert 'class="letter section-s" data-status="superseded"' in page(client, letter)


def test_expired_case_of_the_real_workflow(client: Client, world: World) -> None:
    case = declaration_at(Status.EXPIRED, world)
    assert 'class="letter section-s" data-status="expired"' in page(client, case.letters.get())


@pytest.mark.parametrize("spoil", [str, str.lower, lambda code: " ".join(letters_in_fours(code)).lower()])
def test_a_typed_code_is_forgiven_blanks_and_case(client: Client, letter: Letter, spoil: object) -> None:
    response = client.post("/v/", {"kode": spoil(letter.code)})  # type: ignore[operator]
    assert response.status_code == 302
    assert response["Location"] == f"/v/{letter.code}/"


def letters_in_fours(code: str) -> list[str]:
    return [code[start : start + 4] for start in range(0, 26, 4)]


@pytest.mark.parametrize("kode", ["", " ", "SALAH", "A" * 26, "x" * 500, "'; DROP TABLE", "\x00"])
def test_a_wrong_code_is_refused_with_a_sentence(client: Client, letter: Letter, kode: str) -> None:
    response = client.post("/v/", {"kode": kode})
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_an_unknown_code_in_the_address_answers_404_with_the_form(client: Client, letter: Letter) -> None:
    response = client.get("/v/ZZZZZZZZZZZZZZZZZZZZZZZZZZ/")
    assert response.status_code == 404
    assert "Kode tidak dikenali" in response.content.decode()
    assert 'name="kode"' in response.content.decode()


def test_an_address_typed_in_lower_case_leads_to_the_right_one(client: Client, letter: Letter) -> None:
    response = client.get(f"/v/{letter.code.lower()}/")
    assert (response.status_code, response["Location"]) == (302, f"/v/{letter.code}/")


def test_guessing_codes_is_limited(client: Client, letter: Letter) -> None:
    """[V01]"""
    answers = {client.post("/v/", {"kode": f"SALAH{turn}"}).status_code for turn in range(30)}
    assert answers == {422}
    assert client.post("/v/", {"kode": letter.code}).status_code == 429
    assert client.get(f"/v/{letter.code}/").status_code == 200


def test_the_issued_file_is_recognised_and_any_other_is_not(client: Client, letter: Letter) -> None:
    """[V03]"""
    pdf = bytes(LetterFile.objects.get(letter=letter).pdf)
    for content, same in [(pdf, "ya"), (pdf[:-1] + b" ", "tidak"), (b"apa saja", "tidak")]:
        response = client.post(f"/v/{letter.code}/", {"berkas": SimpleUploadedFile("surat.pdf", content)})
        assert response.status_code == 200
        assert f'data-sama="{same}"' in response.content.decode()


def test_the_file_of_another_letter_is_not_the_same(client: Client, letter: Letter, world: World) -> None:
    other = review(endorse(sent(world.colleague)), world.reviewer).letters.get()
    letters.render_missing()
    pdf = bytes(LetterFile.objects.get(letter=other).pdf)
    response = client.post(f"/v/{letter.code}/", {"berkas": SimpleUploadedFile("surat.pdf", pdf)})
    assert 'data-sama="tidak"' in response.content.decode()


@pytest.mark.parametrize("content", [None, b"", b"x" * (2 * 1024 * 1024 + 1)])
def test_no_file_an_empty_one_and_a_large_one_are_refused(
    client: Client, letter: Letter, content: bytes | None
) -> None:
    files = {} if content is None else {"berkas": SimpleUploadedFile("surat.pdf", content)}
    response = client.post(f"/v/{letter.code}/", files)
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_a_post_to_an_unknown_code_and_other_methods(client: Client, letter: Letter) -> None:
    assert client.post("/v/ZZZZ/", {}).status_code == 404
    assert client.put(f"/v/{letter.code}/").status_code == 405
