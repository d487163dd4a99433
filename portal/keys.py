"""Change the key that seals stored secrets: every value is sealed again under the first of FIELD_KEYS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction

from portal.accounts.models import RescuedForm
from portal.crypto import is_current, reseal
from portal.mail.models import OutgoingEmail

BATCH = 500


@dataclass(frozen=True, slots=True)
class Vault:
    """A table that holds sealed values, and how to renew those of one row; the function tells whether it did."""

    model: type[models.Model]
    renew: Callable[[Any], bool]


def _column(name: str) -> Callable[[Any], bool]:
    def renew(row: Any) -> bool:
        token = getattr(row, name)
        if token is None or is_current(bytes(token)):
            return False
        type(row).objects.filter(pk=row.pk).update(**{name: reseal(bytes(token))})
        return True

    return renew


def _authenticator(row: Authenticator) -> bool:
    old = {name: row.data[name] for name in ("secret", "seed") if name in row.data}
    stale = {name: reseal(text.encode()).decode() for name, text in old.items() if not is_current(text.encode())}
    if stale:
        row.data = {**row.data, **stale}
        row.save(update_fields=["data"])
    return bool(stale)


def vaults() -> list[Vault]:
    """Return all places with sealed values; a test compares them with the models."""
    return [
        Vault(apps.get_model("declarations", "SealedAnswers"), _column("token")),
        Vault(OutgoingEmail, _column("secret")),
        Vault(RescuedForm, _column("data")),
        Vault(apps.get_model("rosters", "RosterImport"), _column("content")),
        Vault(Authenticator, _authenticator),
    ]


def rotate(vault: Vault) -> Iterator[int]:
    """Renew a table batch by batch, yielding how many of each were renewed; what is done stays done."""
    last = 0
    while True:
        with transaction.atomic():
            rows = list(vault.model._default_manager.select_for_update().filter(pk__gt=last).order_by("pk")[:BATCH])
            if not rows:
                return
            renewed = sum(vault.renew(row) for row in rows)
        last = rows[-1].pk
        yield renewed
