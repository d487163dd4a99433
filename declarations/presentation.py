"""Answers in words: sections for reading, the few facts of mails, and what changed between two versions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations.questions import BY_CODE, DECISIVE, PAGES, PARTS, Kind, Question
from declarations.questions.model import Text
from portal.dates import long_date, moment

# What stands before an answer in a summary; the whole question where no short form is given.
SHORT: Mapping[str, Text] = {
    "B3": gettext_lazy("Pemilik"),
    "B5": gettext_lazy("Orang bisa tahu Anda ASN"),
    "B6": gettext_lazy("Perkiraan pengikut"),
    "C1": gettext_lazy("Jenis konten"),
    "C2": gettext_lazy("Topik"),
    "C3": gettext_lazy("Isi konten"),
    "C4": gettext_lazy("Mendukung program pemerintah daerah"),
    "C5": gettext_lazy("Contoh konten"),
    "C6AE": gettext_lazy("Kebencian, provokasi, fitnah, pornografi, kesusilaan"),
    "C6AE_TEXT": gettext_lazy("Penjelasan tentang muatan terlarang"),
    "C6F": gettext_lazy("Dukungan atau penolakan partai atau calon"),
    "C6F_TEXT": gettext_lazy("Penjelasan tentang muatan politik"),
    "C6G": gettext_lazy("Merendahkan pemerintah, pimpinan, instansi, atau sesama ASN"),
    "C6G_TEXT": gettext_lazy("Penjelasan tentang muatan yang merendahkan"),
    "F4": gettext_lazy("Partai, calon, atau tim kampanye dalam keluarga"),
    "C7": gettext_lazy("Nilai dasar ASN"),
    "C8": gettext_lazy("Dokumen atau data kantor yang belum untuk umum"),
    "C8_TEXT": gettext_lazy("Penjelasan tentang dokumen atau data"),
    "D1": gettext_lazy("Waktu membuat konten"),
    "D2": gettext_lazy("Siaran langsung"),
    "D2_DAYS": gettext_lazy("Hari siaran langsung"),
    "D2_FROM": gettext_lazy("Siaran langsung mulai pukul"),
    "D2_TO": gettext_lazy("Siaran langsung sampai pukul"),
    "D3": gettext_lazy("Fasilitas kantor"),
    "D4": gettext_lazy("Pakaian dinas atau lambang daerah"),
    "D5": gettext_lazy("Yang ikut tampil"),
    "D5_PERMIT": gettext_lazy("Izin tertulis dari yang tampil"),
    "E1": gettext_lazy("Keuntungan"),
    "E2": gettext_lazy("Sumber keuntungan"),
    "E3": gettext_lazy("Pihak yang memberi"),
    "E5": gettext_lazy("Promosi usaha sendiri atau keluarga"),
    "E6": gettext_lazy("Laporan gratifikasi"),
    "E7": gettext_lazy("Izin tertulis untuk kegiatan usaha"),
    "A3": gettext_lazy("Tugas saat ini"),
    "F2": gettext_lazy("Yang ditampilkan menjadi objek tugas"),
    "F1": gettext_lazy("Pemberi keuntungan menjadi rekanan OPD"),
    "F5": gettext_lazy("Pembeli atau pemberi dari yang dilayani"),
    "F3": gettext_lazy("Hubungan keluarga dengan pihak itu"),
    "F8": gettext_lazy("Pejabat yang memutus adalah keluarga"),
    "NOTE": gettext_lazy("Catatan untuk pejabat yang memutus"),
}
STATEMENTS: Mapping[str, Text] = {
    "G1": gettext_lazy("Kebenaran isi"),
    "G2": gettext_lazy("Bukan izin"),
    "G3": gettext_lazy("Memperbarui bila berubah"),
    "G4": gettext_lazy("Pemberitahuan pelindungan data pribadi"),
    "K": gettext_lazy("Ketujuh komitmen"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: question code, short label, the answer in words (lines joined by a line feed), and its channel."""

    code: str
    label: str
    value: str
    channel: str = ""
    decisive: bool = False
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs between two versions; '' stands for no answer."""

    code: str
    label: str
    old: str
    new: str
    channel: str = ""
    decisive: bool = False


def label_of(code: str) -> str:
    """Return the short label of a question."""
    return str(SHORT.get(code) or BY_CODE[code].label)


def words(question: Question, value: Any) -> str:
    """Return an answer in words; a list becomes lines. Whatever is stored, something readable comes back."""
    if value in (None, "", []):
        return ""
    match question.kind:
        case Kind.SINGLE:
            return question.label_of(value)
        case Kind.MULTI:
            return "\n".join(question.label_of(each) for each in value)
        case Kind.DATE:
            return _day(str(value))
        case Kind.TIME:
            return _("%s WIB") % str(value).replace(":", ".")
        case Kind.LINKS:
            return "\n".join(str(each) for each in value)
        case Kind.PARTNERS:
            return "\n".join(_partner(each) for each in value)
        case _:
            return str(value)


def _day(text: str) -> str:
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return text


def _partner(partner: Mapping[str, str]) -> str:
    form = partner.get("form", "")
    period = [
        text % _day(partner[key])
        for key, text in (("starts", _("sejak %s")), ("ends", _("sampai %s")))
        if partner.get(key)
    ]
    facts = [BY_CODE["E2"].label_of(form) if form else "", partner.get("sector", "")]
    facts += [f"NIB {partner['nib']}" if partner.get("nib") else "", " ".join(period)]
    inside = "; ".join(fact for fact in facts if fact)
    return f"{partner.get('name', '')} ({inside})" if inside else partner.get("name", "")


def _name(channel: Mapping[str, Any]) -> str:
    """Return what the channel is called in its declaration; older snapshots know its handle only."""
    return str(channel.get("name", channel["label"]))


def sections(content: Mapping[str, Any], sensitive: Mapping[str, Any] | None = None, *, audience: str) -> list[Section]:
    """Return the answers by part of the form, for "declarant", "head" or "reviewer".

    The head sees only what the question bank marks for him; sensitive answers appear only when they are given.
    """
    answers = {**content["answers"], **(sensitive or {})}
    channels = content["channels"]
    found = [Section("kanal", str(PARTS["kanal"]), _channel_rows(channels, audience))]
    for key in ("konten", "batas", "waktu", "komersial", "kepentingan"):
        if key in ("konten", "komersial"):
            rows = [row for channel in channels for row in _rows(key, channel["answers"], audience, channel)]
        else:
            rows = list(_rows(key, answers, audience))
        if key == "komersial":
            rows += _rows("komersial_umum", answers, audience)
        found.append(Section(key, str(PARTS[key]), rows))
    if audience != "head":
        found.append(Section("pernyataan", _("Pernyataan"), _statement_rows(content, answers)))
    return [section for section in found if section.rows]


def _channel_rows(channels: Iterable[Mapping[str, Any]], audience: str) -> list[Row]:
    rows = []
    for channel in channels:
        address = f"{channel['platform_label']} · {channel['label']}\n{channel['url']}"
        rows.append(Row("B2", _("Kanal"), address, _name(channel), True, channel["item"]))
        rows += _rows("kanal", channel["answers"], audience, channel)
    return rows


def _rows(
    page: str, answers: Mapping[str, Any], audience: str, channel: Mapping[str, Any] | None = None
) -> Iterator[Row]:
    for question in PAGES[page]:
        value = words(question, answers.get(question.code))
        shown = question.head or audience != "head"
        if value and shown:
            yield Row(
                question.code,
                label_of(question.code),
                value,
                _name(channel) if channel else "",
                question.decisive,
                channel["item"] if channel else None,
            )


def _statement_rows(content: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Row]:
    rows = [
        Row(
            made["code"],
            str(STATEMENTS.get(made["code"], made["code"])),
            _("Dinyatakan %(moment)s (teks versi %(version)s)")
            % {"moment": moment(datetime.fromisoformat(made["made_at"])), "version": made["version"]},
        )
        for made in content.get("statements") or ()
    ]
    rows.extend(_rows("pernyataan", answers, "declarant"))
    return rows


def key_facts(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the facts a decider needs first: Kanal, Isi, Waktu, Keuntungan; never anything sensitive."""
    channels = content["channels"]
    return [
        (_("Kanal"), ", ".join(f"{channel['platform_label']} {channel['label']}" for channel in channels)),
        (_("Isi"), _each(channels, _kind)),
        (_("Waktu"), _when(content["answers"])),
        (_("Keuntungan"), _each(channels, _benefit)),
    ]


def _each(channels: Iterable[Mapping[str, Any]], tell: Any) -> str:
    """Say it once when all channels are alike, else for each channel."""
    told = [(_name(channel), tell(channel["answers"])) for channel in channels]
    if len({text for _label, text in told}) == 1:
        return str(told[0][1])
    return "\n".join(f"{label}: {text}" for label, text in told)


def _kind(answers: Mapping[str, Any]) -> str:
    kinds = [BY_CODE["C1"].label_of(kind).split(":")[0] for kind in answers.get("C1") or ()]
    topics = [BY_CODE["C2"].label_of(topic).lower() for topic in answers.get("C2") or ()]
    named = ", ".join(kinds) or _("Tidak diisi")
    return f"{named} – {', '.join(topics)}" if topics else named


def _benefit(answers: Mapping[str, Any]) -> str:
    told = words(BY_CODE["E1"], answers.get("E1")) or _("Tidak diisi")
    sources = [BY_CODE["E2"].label_of(form) for form in answers.get("E2") or ()]
    return f"{told}: {', '.join(sources)}" if sources else told


def _when(answers: Mapping[str, Any]) -> str:
    told = words(BY_CODE["D1"], answers.get("D1")) or _("Tidak diisi")
    return _("%s; juga siaran langsung") % told if answers.get("D2") == "YA" else told


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what changed between two contents, in the order of the form; a new or removed channel is one change."""
    before = {channel["id"]: channel for channel in old["channels"]}
    after = {channel["id"]: channel for channel in new["channels"]}
    changes: list[Change] = []
    for key in [*before, *(key for key in after if key not in before)]:
        changes += _channel_changes(before.get(key), after.get(key))
    for question in BY_CODE.values():
        if not question.per_channel:
            changes += _change(question, old["answers"], new["answers"], "")
    return changes


def _channel_changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Change]:
    if old is None or new is None:
        named = new or old or {}
        told = f"{named['platform_label']} · {named['label']}"
        yield Change("B2", _("Kanal"), told if old else "", told if new else "", _name(named), True)
        return
    if old["url"] != new["url"]:
        yield Change("B2", _("Kanal"), old["url"], new["url"], _name(new), True)
    for question in BY_CODE.values():
        if question.per_channel:
            yield from _change(question, old["answers"], new["answers"], _name(new))


def _change(question: Question, old: Mapping[str, Any], new: Mapping[str, Any], channel: str) -> Iterator[Change]:
    if old.get(question.code) != new.get(question.code):
        yield Change(
            question.code,
            label_of(question.code),
            words(question, old.get(question.code)),
            words(question, new.get(question.code)),
            channel,
            question.code in DECISIVE,
        )
