"""The form of one channel: platform and address become an identity, and the answers kept on the channel."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from declarations.answers import elsewhere
from declarations.channels import ChannelProblem, Identity, parse
from declarations.forms.pages import PageForm
from declarations.models import Declaration


class ChannelForm(PageForm):
    """Adds to the page 'kanal' what the platform's address must be, and that a channel is declared only once."""

    identity: Identity | None = None
    other: Declaration | None = None

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        declaration: Declaration,
        answers: Mapping[str, Any],
        item_id: int | None = None,
        partial: bool = False,
    ) -> None:
        super().__init__("kanal", data, answers=answers, partial=partial)
        self.declaration, self.item_id = declaration, item_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        platform, address = cleaned.get("B1") or "", cleaned.get("B2") or ""
        for code, value in (("B1", platform), ("B2", address)):
            if self.partial and not value and code not in self.errors:
                self.add_error(code, self._needed(code))
        if platform and address:
            try:
                self.identity = parse(platform, address)
            except ChannelProblem as problem:
                self.add_error("B2", problem.sentence)
            else:
                self._check_once(self.identity)
        return cleaned

    def _needed(self, code: str) -> str:
        return next(str(question.error) for question in self.questions if question.code == code)

    def _check_once(self, identity: Identity) -> None:
        same = self.declaration.items.filter(
            channel__platform=identity.platform, channel__key=identity.key, channel__owner=self.declaration.declarant_id
        )
        if same.exclude(pk=self.item_id or 0).exists():
            self.add_error("B2", _("Kanal ini sudah Anda masukkan"))
            return
        self.other = elsewhere(self.declaration.declarant, identity.platform, identity.key, self.declaration)
        if self.other is not None:
            text = _("Kanal ini ada di deklarasi %s yang masih berjalan atau berlaku")
            self.add_error("B2", text % self.other.number)
