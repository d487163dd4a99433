"""The form of the four statements, each a box with its own error, and the note to the deciding official."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _

from declarations.forms.fields import TidyField
from declarations.questions import BY_CODE
from declarations.statements import Statement


class StatementForm(forms.Form):
    """One box per statement in its present wording; with `partial` none is required."""

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        statements: list[Statement],
        made: set[str],
        note: str,
        partial: bool = False,
    ) -> None:
        self.statements, self.partial = statements, partial
        super().__init__(data, initial={**dict.fromkeys(made, True), "NOTE": note})
        for statement in statements:
            self.fields[statement.code] = forms.BooleanField(label=statement.row.body, required=False)
        question = BY_CODE["NOTE"]
        self.fields["NOTE"] = TidyField(
            lines=True,
            limit=question.max_length,
            label=_("%s (opsional)") % question.label,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        for statement in self.statements:
            if not self.partial and not self.cleaned_data.get(statement.code):
                self.add_error(statement.code, statement.error)
        return self.cleaned_data

    def ticked(self) -> list[str]:
        """Return the codes of the ticked statements."""
        return [statement.code for statement in self.statements if self.cleaned_data.get(statement.code)]
