"""NIP: what a person types, what it means, how it is shown."""

import pytest

from portal.people import nip

GOOD = "198504122010012901"


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        f"'{GOOD}",
        "19850412 201001 2 901",
        "19850412.201001.2.901",
        "19850412\u00a0201001\u202f2\t901\n",
        f"’{GOOD} ",
    ],
)
def test_blanks_dots_and_apostrophes_do_not_matter(typed: str) -> None:
    assert nip.parse(typed) == GOOD


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Tulis NIP Anda"),
        (" ' ", "Tulis NIP Anda"),
        ("19850412201001290", "NIP harus 18 angka. Anda menulis 17 angka"),
        (GOOD + "1", "NIP harus 18 angka. Anda menulis 19 angka"),
        ("198513122010012901", "8 angka pertama NIP harus berupa tanggal lahir. Periksa lagi"),
        ("198502302010012901", "8 angka pertama NIP harus berupa tanggal lahir. Periksa lagi"),
        ("000001012010012901", "8 angka pertama NIP harus berupa tanggal lahir. Periksa lagi"),
        ("198504122010013901", "Angka ke-15 NIP harus 1 atau 2. Periksa lagi"),
        ("198504122010012000", "Tiga angka terakhir NIP tidak boleh 000. Periksa lagi"),
        ("1985O4122010012901", "NIP hanya berisi angka. Periksa lagi"),
        ("١٩٨٥٠٤١٢٢٠١٠٠١٢٩٠١", "NIP hanya berisi angka. Periksa lagi"),
        ("1.98504E+17", "NIP hanya berisi angka. Periksa lagi"),
    ],
)
def test_each_mistake_has_its_sentence(typed: str, sentence: str) -> None:
    """[R03]"""
    with pytest.raises(nip.NipProblem) as problem:
        nip.parse(typed)
    assert problem.value.message == sentence


def test_a_pppk_number_is_no_month_and_passes() -> None:
    assert nip.parse("199307212023211902") == "199307212023211902"


def test_grouped_and_masked() -> None:
    assert nip.group(GOOD) == "19850412 201001 2 901"
    assert nip.mask(GOOD) == "1985•••••••••••901"
    assert (nip.group(None), nip.mask(None), nip.mask("1234567")) == ("", "", "•••••••")
