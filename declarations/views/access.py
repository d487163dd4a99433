"""Whose declaration a request may see and change: one's own; another person's number does not exist."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from declarations.models import Declaration, DeclarationChannel
from declarations.numbers import parse_number
from declarations.opened import is_open
from declarations.status import TRANSITIONS, Status
from portal.errors import Refused


def own(request: HttpRequest, nomor: str) -> Declaration:
    """Return the person's own declaration of this number; any other number answers 404."""
    number = parse_number(nomor)
    if number is None or number != nomor:
        raise Http404
    cases = Declaration.objects.select_related("declarant__unit__office")
    found: Declaration = get_object_or_404(cases, number=number, declarant_id=request.user.pk)
    return found


def draft(request: HttpRequest, nomor: str, page: str = "") -> Declaration:
    """Return the person's own declaration while it (or this page of it) may be edited; a sent one says that it was."""
    declaration = own(request, nomor)
    if not declaration.editable:
        raise Refused(
            _("Deklarasi %(number)s sudah terkirim (%(status)s), jadi isinya tidak dapat diubah.")
            % {"number": declaration.number, "status": declaration.status_label},
            title=_("Deklarasi sudah terkirim"),
        )
    if page and not is_open(declaration, page, request.path):
        raise Refused(
            _("Bagian ini tidak diminta diperbaiki, jadi tidak dapat diubah. Buka daftar perbaikan."),
            title=_("Bagian ini tertutup"),
            link=(reverse("declarations:fix", args=[nomor]), _("Daftar perbaikan")),
        )
    return declaration


def item_of(declaration: Declaration, pk: int | None) -> DeclarationChannel:
    """Return one channel of this declaration; a channel of another one answers 404."""
    items: Any = declaration.items.select_related("channel")
    found: DeclarationChannel = get_object_or_404(items, pk=pk)
    found.declaration = declaration
    return found


def may_withdraw(declaration: Declaration) -> bool:
    """Tell whether the declarant may take the case back now."""
    return Status.WITHDRAWN in TRANSITIONS[Status(declaration.status)]
