"""What the field templates in templates/bootstrap5 need: controls without `required`, options with hints, error links.

A form asks for more by attributes of a choice widget: `hints = {value: text}` puts a line under an option,
`reveals = {value: ["field", ...]}` shows other fields of the form below an option when it is chosen, and
`attrs["class"]` ("checks-plain", "choices") goes to the fieldset.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@dataclass(frozen=True)
class Choice:
    """One radio button or checkbox of a group."""

    control: SafeString
    id: str
    label: Any
    hint: Any
    fields: list[BoundField]


@register.filter
def field_kind(field: BoundField) -> str:
    """Return 'hidden', 'group' (radio buttons, checkboxes), 'check' (one checkbox) or 'control'."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "control"


@register.filter
def describedby(field: BoundField) -> str:
    """Return the ids that describe the field: what the form itself names, then hint, then error."""
    names = [field.field.widget.attrs.get("aria-describedby", "")]
    if field.help_text and field_kind(field) != "check":
        names.append(f"{field.auto_id}_bantuan")
    if field.errors:
        names.append(f"{field.auto_id}_galat")
    return " ".join(filter(None, names))


@register.filter
def control(field: BoundField) -> SafeString:
    """Return the control with our classes and descriptions, and never with `required`."""
    widget = field.field.widget
    base = {"check": "form-check-input"}.get(field_kind(field), "form-control")
    if isinstance(widget, forms.Select):
        base = "form-select"
    names = [base, "is-invalid" if field.errors else "", widget.attrs.get("class", "")]
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, names))}
    if described := describedby(field):
        attrs["aria-describedby"] = described
    asked, field.form.use_required_attribute = field.form.use_required_attribute, False
    try:
        return field.as_widget(attrs=attrs)
    finally:
        field.form.use_required_attribute = asked


@register.filter
def choices(field: BoundField) -> Iterator[Choice]:
    """Yield the options of a group of radio buttons or checkboxes."""
    widget = field.field.widget
    hints = {str(key): text for key, text in getattr(widget, "hints", {}).items()}
    reveals = {str(key): names for key, names in getattr(widget, "reveals", {}).items()}
    for option in field.subwidgets:
        data: dict[str, Any] = option.data
        value = str(data["value"])
        yield Choice(
            control=format_html(
                '<input class="form-check-input{}" type="{}" name="{}" id="{}" value="{}"{}{}>',
                " is-invalid" if field.errors else "",
                data["type"],
                data["name"],
                data["attrs"]["id"],
                value,
                " checked" if data["selected"] else "",
                " disabled" if data["attrs"].get("disabled") else "",
            ),
            id=data["attrs"]["id"],
            label=data["label"],
            hint=hints.get(value, ""),
            fields=[field.form[name] for name in reveals.get(value, ())],
        )


@register.filter
def top_fields(form: forms.BaseForm) -> Iterator[BoundField]:
    """Yield the fields that no option of another field reveals."""
    revealed = {
        name
        for field in form.fields.values()
        for names in getattr(field.widget, "reveals", {}).values()
        for name in names
    }
    return (field for field in form if field.name not in revealed)


def _target(field: BoundField) -> str:
    return f"{field.auto_id}_0" if field_kind(field) == "group" else field.auto_id


@register.filter
def error_links(form: Any) -> list[tuple[str, str]]:
    """Return (id of the control or '', sentence) for every error of a form, formset or list of them, in page order."""
    if isinstance(form, BaseFormSet):
        rows: Iterable[Any] = form.forms if form.is_bound else ()
        own = [("", str(error)) for error in form.non_form_errors()] if form.is_bound else []
        return own + [link for row in rows for link in error_links(row)]
    if isinstance(form, forms.BaseForm):
        links = [("", str(error)) for error in form.non_field_errors()]
        return links + [(_target(field), str(error)) for field in form for error in field.errors]
    return [link for one in form or () for link in error_links(one)]
