"""The channels of a draft: the list, adding, changing, taking one out; and all of one's own channels."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from declarations import flow
from declarations.answers import ON_CHANNEL, add_channel, channel_answers, items_of, lock_draft, touch
from declarations.forms.channel import ChannelForm
from declarations.models import Channel, Declaration, DeclarationChannel
from declarations.proofs.standing import standings
from declarations.status import LIVE, Status
from declarations.views.access import draft, item_of
from declarations.views.pages import is_partial, known_problems, saved, sent
from portal.accounts.access import login_required
from portal.http import methods


@login_required
@methods(read=["GET"], write=["POST"])
def channel_list(request: HttpRequest, nomor: str) -> HttpResponse:
    """The channels of the draft; going on without any is refused."""
    declaration = draft(request, nomor, "kanal")
    items = items_of(declaration)
    if request.method == "POST" and (items or "nanti" in request.POST):
        return saved(request, declaration, set())
    refused = request.method == "POST"
    context = {
        "declaration": declaration,
        "items": [{"item": item, "official": item.channel.ownership == "KEDINASAN"} for item in items],
        "refused": refused,
        "back": flow.back_address(declaration, request.path, request.GET.get("kembali", "")),
    }
    return render(request, "declarations/channels.html", context, status=422 if refused else 200)


@login_required
@methods(read=["GET"], write=["POST"])
def channel_add(request: HttpRequest, nomor: str) -> HttpResponse:
    """Add a channel by its address or handle."""
    declaration = draft(request, nomor, "kanal")
    form = ChannelForm(sent(request), declaration=declaration, answers={}, partial=is_partial(request))
    if request.method == "POST" and form.is_valid():
        add_channel(declaration, _channel(declaration, form))
        return _after(request, declaration)
    return _show(request, declaration, form)


@login_required
@methods(read=["GET"], write=["POST"])
def channel_edit(request: HttpRequest, nomor: str, kanal: int) -> HttpResponse:
    """Change a channel of the draft; its other answers stay with it."""
    declaration = draft(request, nomor, "kanal")
    item = item_of(declaration, kanal)
    channel = item.channel
    stored = {**channel_answers(item), "B1": channel.platform, "B2": channel.url}
    known = known_problems(request, declaration) if request.method == "POST" else set()
    form = ChannelForm(
        sent(request), declaration=declaration, answers=stored, item_id=item.pk, partial=is_partial(request)
    )
    if request.method == "POST" and form.is_valid():
        locked = lock_draft(declaration)
        item.channel = _channel(declaration, form)
        item.save(update_fields=["channel"])
        touch(locked)
        _drop_if_unused(declaration, channel)
        if request.GET.get("kembali"):
            return saved(request, declaration, known)
        return _after(request, declaration)
    return _show(request, declaration, form, item)


@login_required
@methods(read=["GET"], write=["POST"])
def channel_remove(request: HttpRequest, nomor: str, kanal: int) -> HttpResponse:
    """Take a channel out of the draft, after asking once."""
    declaration = draft(request, nomor, "kanal")
    item = item_of(declaration, kanal)
    if request.method == "POST":
        locked = lock_draft(declaration)
        item.delete()
        touch(locked)
        _drop_if_unused(declaration, item.channel)
        return redirect("declarations:channels", nomor)
    return render(request, "declarations/channel_remove.html", {"declaration": declaration, "item": item})


def _after(request: HttpRequest, declaration: Declaration) -> HttpResponse:
    if "nanti" in request.POST:
        return saved(request, declaration, set())
    return redirect("declarations:channels", declaration.number)


def _channel(declaration: Declaration, form: ChannelForm) -> Channel:
    """Return the person's channel with this identity, with the answers of the form kept on it."""
    identity = form.identity
    assert identity is not None  # a valid form has one
    values = {field: form.values().get(code) or "" for code, field in ON_CHANNEL.items()}
    with transaction.atomic():
        channel, made = Channel.objects.get_or_create(
            owner=declaration.declarant,
            platform=identity.platform,
            key=identity.key,
            closed_at=None,
            defaults={"handle": identity.handle, "external_id": identity.external_id, **values},
        )
    if not made:
        for field, value in values.items():
            setattr(channel, field, value or getattr(channel, field))
        channel.save(update_fields=list(values))
    return channel


def _drop_if_unused(declaration: Declaration, channel: Channel) -> None:
    """A channel that was never sent with any declaration was a slip of the pen."""
    if not declaration.version and not channel.items.exists():
        channel.delete()


def _show(
    request: HttpRequest, declaration: Declaration, form: ChannelForm, item: DeclarationChannel | None = None
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    wish = request.GET.get("kembali", "")
    back = reverse("declarations:channels", args=[declaration.number])
    context: dict[str, Any] = {
        "declaration": declaration,
        "form": form,
        "item": item,
        "back": flow.back_address(declaration, request.path, wish) if wish else back,
        "action": f"?kembali={flow.BACK_TO_CHECK}" if wish == flow.BACK_TO_CHECK else "",
    }
    return render(request, "declarations/channel_form.html", context, status=status)


@login_required
@methods(read=["GET"])
def channels(request: HttpRequest) -> HttpResponse:
    """All channels of the person, each with the declaration that holds it now."""
    rows = Channel.objects.filter(owner_id=request.user.pk, closed_at=None).prefetch_related("items__declaration")
    shown = []
    proofs = standings([channel.pk for channel in rows])
    for channel in rows:
        held = [item.declaration for item in channel.items.all() if not item.excluded]
        live = [declaration for declaration in held if Status(declaration.status) in LIVE]
        newest = max(live or held, key=lambda declaration: declaration.pk, default=None)
        shown.append({"channel": channel, "declaration": newest, "live": bool(live), "standing": proofs[channel.pk]})
    return render(request, "declarations/own_channels.html", {"rows": shown})
