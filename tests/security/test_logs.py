"""[L20] [O04] No NIP, address or token of a mailed link reaches a log line."""

import logging

import pytest

from portal.logs import HidePersonalData

TOKEN = "WzEsMSwwXQ:1xVaC2:ZfIJn_qozbYWFLJksenypthbRDgoCq1syfDcLQvMT70"


def written(message: str, *args: object) -> str:
    line = logging.LogRecord("portal", logging.INFO, __file__, 1, message, args, None)
    HidePersonalData().filter(line)
    return line.getMessage()


@pytest.mark.parametrize("path", ["/k/{}/", "/k/d/{}/", "/k/bukan-saya/{}/"])
def test_no_kind_of_mailed_link_is_written_with_its_token(path: str) -> None:
    line = written("Not Found: %s", path.format(TOKEN))
    assert TOKEN[:10] not in line
    assert "ZfIJn" not in line
    assert line.startswith("Not Found: /k/")


def test_a_nip_and_an_address_are_hidden_and_the_rest_stays() -> None:
    line = written("import of %s by %s for DK-2611-00001-3", "198504122010012901", "orang@demo.pasbar.example")
    assert line == "import of *** by *** for DK-2611-00001-3"


def test_the_address_of_a_case_is_no_secret() -> None:
    assert written("Conflict: /k/kasus/DK-2611-00001-3/") == "Conflict: /k/kasus/DK-2611-00001-3/"
