"""The words of a letter and the PDF made from them: the same frozen facts give the same bytes."""

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils import translation

from approvals.models import Letter, Outcome
from approvals.routing import BKPSDM, INSPEKTORAT
from portal import dates

TEMPLATE = Path(__file__).with_name("letter.typ")
CIRCULAR = "Surat Edaran Bupati Pasaman Barat Nomor 800.1.6.2/1641/BKPSDM-2025 tanggal 3 November 2025"
OFFICES = {
    BKPSDM: "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
    INSPEKTORAT: "Inspektorat Daerah",
}
_RANKS = {
    "I": ("Juru Muda", "Juru Muda Tk. I", "Juru", "Juru Tk. I"),
    "II": ("Pengatur Muda", "Pengatur Muda Tk. I", "Pengatur", "Pengatur Tk. I"),
    "III": ("Penata Muda", "Penata Muda Tk. I", "Penata", "Penata Tk. I"),
    "IV": ("Pembina", "Pembina Tk. I", "Pembina Utama Muda", "Pembina Utama Madya", "Pembina Utama"),
}
NO_PERMIT = (
    "Surat keterangan ini bukan merupakan izin, tidak memberi kekebalan, dan tidak membenarkan konten yang "
    "bertentangan dengan peraturan perundang-undangan."
)


def render(letter: Letter) -> bytes:
    """Return the PDF. Every text goes in as data; nothing a person typed is ever read as markup."""
    with translation.override("id"):
        words = words_of(letter.facts, letter.official_number)
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        timestamp=int(datetime.fromisoformat(letter.facts["approved_at"]).timestamp()),
        sys_inputs={"facts": json.dumps(words, ensure_ascii=False)},
    )
    return pdf


def words_of(facts: dict[str, Any], official_number: str = "") -> dict[str, Any]:
    """Return every text of the letter that varies; the template only places them."""
    number, issued = facts["number"], date.fromisoformat(facts["issued"])
    return {
        "title": f"Surat Keterangan Hasil Telaah Deklarasi Kanal {number}",
        "office_name": OFFICES[facts["issuer"]],
        "date_parts": [issued.year, issued.month, issued.day],
        "demo": facts["demo"],
        "number_line": f"NOMOR {official_number} ({number})" if official_number else f"NOMOR {number}",
        "person": person_rows(facts["person"]),
        "channels": [[channel["platform"], channel["url"], channel.get("proof", "")] for channel in facts["channels"]],
        "conditions": [_with_day(condition["text"], condition["due"]) for condition in facts["conditions"]],
        **_paragraphs(facts),
        **_foot(facts),
    }


def _paragraphs(facts: dict[str, Any]) -> dict[str, str]:
    conditional = facts["decision"] == Outcome.APPROVED_CONDITIONS
    return {
        "opening": f"Berdasarkan deklarasi nomor {facts['declaration']} tanggal {_day(facts['sent'])}, "
        "dengan ini diterangkan bahwa:",
        "channels_lead": "telah menyampaikan deklarasi atas kegiatan konten pada kanal berikut:",
        "result_before": "Berdasarkan hasil telaah, deklarasi tersebut dinyatakan",
        "result": "DISETUJUI DENGAN SYARAT" if conditional else "DISETUJUI",
        "result_after": f"dengan berpedoman pada {CIRCULAR}.",
        "no_permit": NO_PERMIT,
        "validity": f"Surat keterangan ini berlaku sampai dengan {_day(facts['valid_until'])} sepanjang tidak terdapat "
        "perubahan keadaan. Perubahan dilaporkan paling lambat 14 (empat belas) hari kalender.",
    }


def _foot(facts: dict[str, Any]) -> dict[str, str]:
    shown = facts["address"].split("://", 1)[1].removesuffix(f"{facts['code']}/")
    approved = dates.moment(datetime.fromisoformat(facts["approved_at"]))
    return {
        "qr": qr(facts["address"]),
        "check_address": shown,
        "code_groups": " ".join(in_groups(facts["code"])),
        "place_date": f"Simpang Empat, {_day(facts['issued'])}",
        "approved_line": f"Disetujui melalui Portal pada {approved} oleh {OFFICES[facts['issuer']]}",
    }


def person_rows(person: dict[str, str]) -> list[list[str]]:
    """Return who the letter is about; PPPK have a number and a grade of their own kind."""
    pppk = person["employment"] in ("pppk", "pppk_pw")
    nip = person["nip"]
    return [
        ["Nama", person["name"]],
        ["NI PPPK" if pppk else "NIP", " ".join([nip[:8], nip[8:14], nip[14:15], nip[15:]]).strip()],
        ["Golongan" if pppk else "Pangkat/Golongan", person["grade"] if pppk else _rank(person["grade"])],
        ["Jabatan", person["post"]],
        ["Unit Kerja", person["unit"]],
        ["Perangkat Daerah", person["office"] if person["office"] != person["unit"] else ""],
    ]


def _rank(grade: str) -> str:
    roman, _, letter = grade.partition("/")
    names = _RANKS.get(roman, ())
    position = "abcde".find(letter) if letter else -1
    return f"{names[position]} ({grade})" if 0 <= position < len(names) else grade


def in_groups(code: str) -> list[str]:
    """Return the code in groups of four, as paper and screen show it."""
    return [code[start : start + 4] for start in range(0, len(code), 4)]


def qr(address: str) -> str:
    """Return the address as an SVG drawing."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", xmldecl=False, border=2)
    return drawing.getvalue().decode()


def _day(iso: str) -> str:
    return dates.long_date(date.fromisoformat(iso))


def _with_day(text: str, due: str) -> str:
    return f"{text} (paling lambat {_day(due)})" if due else text
