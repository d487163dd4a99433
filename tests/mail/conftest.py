"""A sample mail of our own, so that these tests do not depend on the texts of the portal's mails."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from portal.mail.compose import OutboxMessage, compose


@pytest.fixture
def sample(settings: Any) -> Callable[..., OutboxMessage]:
    """Return a function that composes the mail of tests/mail/templates."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates

    def build(key: str = "uji.1", to: str = "kepala@demo.pasbar.example", **options: Any) -> OutboxMessage:
        context = {"name": "O'Neil & <b>Rahmi</b>", "facts": [("Kanal", "YouTube @a & b")]} | options.pop("context", {})
        return compose("sample", to, context, key=key, purpose=options.pop("purpose", "sample"), **options)

    return build


@pytest.fixture(autouse=True)
def deed(request: pytest.FixtureRequest) -> Iterator[None]:
    """The transaction of the deed that a mail tells about; tests of their own transactions open theirs."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("db")
    with transaction.atomic():
        yield
