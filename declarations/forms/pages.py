"""`PageForm`: one page of the question bank as a form; which answers are needed depends on the other answers."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from declarations.forms.fields import ClockField, DayField, SampleLinkField, TidyField
from declarations.questions import PAGES, Kind, Question, asked

LINKS = 3
NONE_OF_THESE = frozenset({"TIDAK", "TIDAK_ADA"})


class PageForm(forms.Form):
    """The questions of one page.

    `answers` are the stored answers (of one channel, or those given once), `channels` the answers of all channels
    when the page is asked once. Fields of a question that is not asked are ignored, not refused. With `partial`
    nothing is required: what is there is kept.
    """

    use_required_attribute = False

    def __init__(
        self,
        page: str,
        data: Mapping[str, Any] | None = None,
        *,
        answers: Mapping[str, Any],
        channels: list[dict[str, Any]] | None = None,
        partial: bool = False,
    ) -> None:
        self.stored, self.channels, self.partial = dict(answers), channels, partial
        self.questions = tuple(question for question in PAGES[page] if self._shows(question))
        super().__init__(data, initial=_initial(self.questions, answers))
        for question in self.questions:
            self.fields.update(_fields_of(question))
        _reveal(self.questions, self.fields)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = _layout(self.questions)

    def _shows(self, question: Question) -> bool:
        """A question that answers on other pages rule out is not on the page; one that opens on the page is."""
        if question.kind is Kind.PARTNERS:
            return False
        channels = self.channels if self.channels is not None else [self.stored]
        return bool(question.detail_of) or asked(question.code, self.stored, channels)

    def clean(self) -> dict[str, Any]:
        answers = self.merged()
        channels = self.channels if self.channels is not None else [answers]
        for question in self.questions:
            if not asked(question.code, answers, channels):
                for name in names_of(question):
                    self.errors.pop(name, None)
            elif self._lacks(question, answers):
                self.add_error(question.code, str(question.error or question.label))
        return self.cleaned_data

    def merged(self) -> dict[str, Any]:
        """Return the stored answers with what was typed on this page over them."""
        return {**self.stored, **self.values()}

    def values(self) -> dict[str, Any]:
        """Return the answers of this page by question code; what could not be read is left out."""
        found: dict[str, Any] = {}
        for question in self.questions:
            names = [name for name in names_of(question) if name in self.cleaned_data]
            if question.kind is Kind.LINKS:
                found[question.code] = [self.cleaned_data[name] for name in names if self.cleaned_data[name]]
            elif names:
                found[question.code] = self.cleaned_data[names[0]]
        return found

    def _lacks(self, question: Question, answers: Mapping[str, Any]) -> bool:
        if question.optional or self.partial or any(name in self.errors for name in names_of(question)):
            return False
        return answers.get(question.code) in (None, "", [])


def names_of(question: Question) -> list[str]:
    """Return the names of the fields of one question."""
    if question.kind is Kind.LINKS:
        return [f"{question.code}_{number}" for number in range(1, LINKS + 1)]
    return [question.code]


def _initial(questions: tuple[Question, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    initial = {question.code: answers.get(question.code) for question in questions}
    for question in questions:
        if question.kind is Kind.LINKS:
            initial |= dict(zip(names_of(question), answers.get(question.code) or (), strict=False))
    return initial


def _fields_of(question: Question) -> dict[str, forms.Field]:
    label = question.label
    if question.optional:
        label = _("%s (opsional)") % label
    common: dict[str, Any] = {"label": label, "help_text": question.help}
    match question.kind:
        case Kind.SINGLE:
            return {question.code: SingleField(question, **common)}
        case Kind.MULTI:
            return {question.code: MultiField(question, **common)}
        case Kind.TEXT:
            rows = 6 if question.max_length > 500 else 4
            widget = forms.Textarea(attrs={"rows": rows})
            return {question.code: TidyField(lines=True, limit=question.max_length, widget=widget, **common)}
        case Kind.DATE:
            return {question.code: DayField(limit=40, widget=_line("w-tgl", "numeric"), **common)}
        case Kind.TIME:
            return {question.code: ClockField(limit=20, widget=_line("w-kode"), **common)}
        case Kind.LINKS:
            return {name: _link(question, number) for number, name in enumerate(names_of(question), start=1)}
        case _:
            raw = question.code == "B2"
            return {question.code: TidyField(limit=question.max_length, raw=raw, widget=_line(), **common)}


def _line(css: str = "", inputmode: str = "") -> forms.TextInput:
    attrs = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off", "class": css}
    if inputmode:
        attrs["inputmode"] = inputmode
    return forms.TextInput(attrs={name: value for name, value in attrs.items() if value})


def _link(question: Question, number: int) -> SampleLinkField:
    label = _("%(label)s %(number)d (opsional)") % {"label": question.label, "number": number}
    help_text = question.help if number == 1 else ""
    return SampleLinkField(position=number, label=label, help_text=help_text, widget=_line(inputmode="url"))


class SingleField(forms.ChoiceField):
    """One of the options, or nothing; the form says when nothing is not enough."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        widget = forms.RadioSelect()
        widget.hints = _hints(question)  # type: ignore[attr-defined]
        choices = [(option.value, option.label) for option in question.options]
        errors = {"invalid_choice": str(question.error)}
        super().__init__(choices=choices, required=False, widget=widget, error_messages=errors, **kwargs)


class MultiField(forms.MultipleChoiceField):
    """Some of the options; 'none of these' stands alone."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        widget = forms.CheckboxSelectMultiple()
        widget.hints = _hints(question)  # type: ignore[attr-defined]
        self.labels = {option.value: option.label for option in question.options}
        errors = dict.fromkeys(("invalid_choice", "invalid_list"), str(question.error))
        super().__init__(
            choices=list(self.labels.items()), required=False, widget=widget, error_messages=errors, **kwargs
        )

    def clean(self, value: Any) -> list[str]:
        chosen = set(super().clean(value))
        alone = chosen & NONE_OF_THESE
        if alone and len(chosen) > 1:
            label = self.labels[next(iter(alone))]
            raise ValidationError(_("Pilih “%s” saja, atau jawaban yang lain tanpa itu") % label)
        return [each for each in self.labels if each in chosen]


def _hints(question: Question) -> dict[str, Any]:
    return {option.value: option.hint for option in question.options if option.hint}


# An answer that one option alone opens stands under that option (its widget's `reveals`); one that several options
# open stands after the question, in a block that the stylesheet hides while nothing or only 'Tidak' is chosen.
_UNDER_OPTION = {"D1": "TUGAS_KEDINASAN", "D2": "YA"}


def _reveal(questions: tuple[Question, ...], fields: dict[str, forms.Field]) -> None:
    for code, option in _UNDER_OPTION.items():
        details = [question.code for question in questions if question.detail_of == code]
        if details and code in fields:
            fields[code].widget.reveals = {option: details}


def _layout(questions: tuple[Question, ...]) -> Layout:
    parts: list[Any] = []
    for question in questions:
        if question.detail_of:
            continue
        parts += [Field(name) for name in names_of(question)]
        details = [other.code for other in questions if other.detail_of == question.code]
        if details and question.code not in _UNDER_OPTION:
            parts.append(Div(*details, css_class="reveal opens"))
    return Layout(*parts)
