"""`parse`: any pasted address or handle of a channel becomes one identity, or a sentence that says what to paste."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from django.utils.translation import gettext as _

MAX_LENGTH = 300
NAMES: Mapping[str, str] = {"youtube": "YouTube", "tiktok": "TikTok", "instagram": "Instagram"}
_HOSTS: Mapping[str, str] = {
    **dict.fromkeys(("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"), "youtube"),
    **dict.fromkeys(("studio.youtube.com", "youtu.be", "www.youtu.be"), "youtube"),
    **dict.fromkeys(("tiktok.com", "www.tiktok.com", "m.tiktok.com", "vm.tiktok.com", "vt.tiktok.com"), "tiktok"),
    **dict.fromkeys(("instagram.com", "www.instagram.com", "m.instagram.com", "instagr.am", "ig.me"), "instagram"),
}
_SHORT = frozenset({"vm.tiktok.com", "vt.tiktok.com", "instagr.am", "ig.me"})
_VIDEO = frozenset({"watch", "shorts", "live", "playlist", "embed", "clip", "v", "e", "post", "video", "photo"})
_POST = frozenset({"p", "reel", "reels", "tv", "stories", "share", "s"})
_RESERVED = _POST | {"explore", "accounts", "direct", "about", "developer", "legal", "_u"}
_RULES: Mapping[str, tuple[int, int, str]] = {
    "youtube": (3, 30, "a-z0-9._-"),
    "tiktok": (2, 24, "a-z0-9._"),
    "instagram": (1, 30, "a-z0-9._"),
}
_CHANNEL_ID = re.compile(r"UC[0-9A-Za-z_-]{22}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HOSTLIKE = re.compile(r"(?:www\.|m\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?(?::\d*)?", re.IGNORECASE)


class ChannelProblem(ValueError):
    """The text names no channel; `sentence` tells the person what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Identity:
    """One channel: a lower-case handle, or YouTube's channel id; never both are needed."""

    platform: str
    handle: str = ""
    external_id: str = ""

    @property
    def key(self) -> str:
        return self.external_id or self.handle

    @property
    def url(self) -> str:
        if self.platform == "youtube":
            path = f"channel/{self.external_id}" if self.external_id else f"@{self.handle}"
            return f"https://www.youtube.com/{path}"
        if self.platform == "tiktok":
            return f"https://www.tiktok.com/@{self.handle}"
        return f"https://www.instagram.com/{self.handle}/"


def parse(platform: str, text: str) -> Identity:
    """Return the channel that the text names on this platform; raise ChannelProblem with a sentence otherwise.

    Nothing is looked up over the network: an address that hides the channel is refused with how to copy a better one.
    """
    if platform not in NAMES:
        raise ChannelProblem(_("Pilih platform kanal"))
    cleaned = _clean(text)
    if _is_address(cleaned):
        return _from_address(platform, _split(cleaned))
    if platform == "youtube" and _CHANNEL_ID.fullmatch(cleaned):
        return Identity(platform, external_id=cleaned)
    return Identity(platform, handle=_handle(platform, cleaned.removeprefix("@")))


def parse_sample(text: str) -> str:
    """Return the https address of one sample of content on a known platform; raise ChannelProblem otherwise."""
    address = _split(_clean(text))
    if _HOSTS.get(_host(address)) is None:
        raise ChannelProblem(_("Tautan contoh harus dari YouTube, TikTok, atau Instagram"))
    if not address.path.strip("/"):
        raise ChannelProblem(_("Tautan tidak dikenali. Salin dari tombol Bagikan di aplikasi"))
    return f"https://{_host(address)}{address.path}" + (f"?{address.query}" if address.query else "")


def _clean(text: str) -> str:
    """Refuse what cannot be an address at all: nothing, too much, hidden or non-ASCII characters, blanks."""
    stripped = text.strip() if isinstance(text, str) else ""
    if not stripped:
        raise ChannelProblem(_("Tulis tautan atau nama akun"))
    if len(stripped) > MAX_LENGTH:
        raise ChannelProblem(_("Tautan terlalu panjang. Paling banyak %(limit)d karakter") % {"limit": MAX_LENGTH})
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for character in stripped):
        raise ChannelProblem(_("Tautan berisi karakter tersembunyi. Ketik ulang tautan atau nama akunnya"))
    if any(character.isspace() for character in stripped):
        raise ChannelProblem(
            _("Nama akun tidak boleh berisi spasi. Yang boleh: huruf, angka, titik, garis bawah, tanda hubung")
        )
    if not stripped.isascii():
        raise ChannelProblem(_not_ascii())
    if "\\" in stripped:
        raise ChannelProblem(_("Tautan berisi garis miring terbalik. Salin ulang tautan dari halaman profil"))
    return stripped


def _not_ascii() -> str:
    return _(
        "Tautan berisi huruf di luar A–Z, mungkin huruf yang hanya mirip. Ketik ulang dengan huruf biasa. "
        "Untuk kanal YouTube dengan aksara lain, pakai alamat youtube.com/channel/UC…"
    )


def _is_address(text: str) -> bool:
    """Tell an address from a handle; a handle may hold dots, so a bare 'nama.id' is a handle."""
    if text.startswith("@"):
        if "/" in text:
            raise ChannelProblem(_("Nama akun tidak boleh berisi garis miring. Tulis @namaakun saja"))
        return False
    host = text.split("@")[0].split(":")[0].rstrip(".").lower()
    if "@" in text and "/" not in text and host not in _HOSTS:
        raise ChannelProblem(_("Ini tampak seperti alamat email. Tulis tautan kanal atau nama akun"))
    if "/" in text or ":" in text or host in _HOSTS:
        return True
    return text.lower().startswith("www.") and _HOSTLIKE.fullmatch(text) is not None


def _split(text: str) -> SplitResult:
    """Split an address; only http and https, no user part, no port, no broken brackets."""
    if not re.match(r"https?://", text, re.IGNORECASE):
        if _SCHEME.match(text):
            raise ChannelProblem(_("Tautan harus diawali https://. Salin ulang tautan dari halaman profil"))
        text = f"https://{text.removeprefix('//')}"
    try:
        address = urlsplit(text)
        port = address.port
    except ValueError:
        raise ChannelProblem(_("Tautan ini tidak dapat dibaca. Salin ulang tautan dari halaman profil")) from None
    if "@" in address.netloc:
        raise ChannelProblem(_("Tautan ini menyamarkan alamat situsnya. Salin ulang tautan dari aplikasinya"))
    if port is not None or address.netloc.endswith(":"):
        raise ChannelProblem(_("Tautan tidak boleh memuat nomor port. Salin ulang tautan dari halaman profil"))
    return address


def _host(address: SplitResult) -> str:
    return (address.hostname or "").rstrip(".").lower()


def _from_address(platform: str, address: SplitResult) -> Identity:
    host = _host(address)
    found = _HOSTS.get(host)
    if found is None:
        raise ChannelProblem(
            _("Tautan ini bukan tautan %(platform)s. Periksa, atau ganti platform") % {"platform": NAMES[platform]}
        )
    if found != platform:
        raise ChannelProblem(
            _("Ini tautan %(other)s. Ganti platform menjadi %(other)s, atau tulis tautan %(platform)s")
            % {"other": NAMES[found], "platform": NAMES[platform]}
        )
    path = unquote(address.path, errors="replace")
    if not path.isascii():
        raise ChannelProblem(_not_ascii())
    parts = [part for part in path.split("/") if part]
    if host in _SHORT or (platform == "tiktok" and parts[:1] == ["t"]):
        raise ChannelProblem(
            _("Ini tautan pendek. Buka profil di aplikasi, pilih Bagikan lalu Salin tautan, atau tulis @namaakun saja")
        )
    if not parts and host != "youtu.be":
        raise ChannelProblem(_("Tautan ini belum menunjuk satu kanal. Tulis tautan halaman kanalnya"))
    return _READERS[platform](host, parts)


def _youtube(host: str, parts: list[str]) -> Identity:
    first = parts[0] if parts else ""
    if host.endswith("youtu.be") or first.lower() in _VIDEO:
        raise ChannelProblem(_("Ini tautan ke satu video. Tulis tautan halaman kanalnya"))
    if first.startswith("@") and host != "studio.youtube.com":
        return Identity("youtube", handle=_handle("youtube", first[1:]))
    if first.lower() == "channel":
        if len(parts) < 2 or not _CHANNEL_ID.fullmatch(parts[1]):
            raise ChannelProblem(_("ID kanal YouTube diawali UC dan panjangnya 24 karakter. Salin ulang tautannya"))
        return Identity("youtube", external_id=parts[1])
    if first.lower() in ("c", "user") or (len(parts) == 1 and host != "studio.youtube.com"):
        raise ChannelProblem(
            _("Ini alamat YouTube bentuk lama. Buka kanal Anda, lalu salin alamat yang memuat @namakanal")
        )
    raise ChannelProblem(_("Tautan ini bukan halaman kanal YouTube. Contoh: youtube.com/@namakanal"))


def _tiktok(host: str, parts: list[str]) -> Identity:
    if not parts[0].startswith("@"):
        raise ChannelProblem(_("Tautan ini bukan halaman profil TikTok. Contoh: tiktok.com/@namaakun"))
    return Identity("tiktok", handle=_handle("tiktok", parts[0][1:]))


def _instagram(host: str, parts: list[str]) -> Identity:
    if parts[0] == "_u" and len(parts) > 1:
        parts = parts[1:]
    first = parts[0].lower()
    if first in _POST:
        raise ChannelProblem(_("Ini tautan ke satu unggahan. Tulis tautan halaman profilnya"))
    if first in _RESERVED:
        raise ChannelProblem(_("Tautan ini bukan halaman profil Instagram. Contoh: instagram.com/namaakun"))
    return Identity("instagram", handle=_handle("instagram", parts[0].removeprefix("@")))


_READERS = {"youtube": _youtube, "tiktok": _tiktok, "instagram": _instagram}


def _handle(platform: str, text: str) -> str:
    """Return the handle in lower case, or say which rule of the platform it breaks."""
    shortest, longest, letters = _RULES[platform]
    handle = text.lower()
    name = NAMES[platform]
    if not handle:
        raise ChannelProblem(_("Tulis nama akun sesudah tanda @"))
    if not re.fullmatch(f"[{letters}]+", handle):
        raise ChannelProblem(
            _("Nama akun hanya boleh berisi huruf, angka, titik, garis bawah, dan tanda hubung")
            if platform == "youtube"
            else _("Nama akun %s hanya boleh berisi huruf, angka, titik, dan garis bawah") % name
        )
    if not shortest <= len(handle) <= longest:
        raise ChannelProblem(
            _("Nama akun %(platform)s panjangnya %(shortest)d sampai %(longest)d karakter")
            % {"platform": name, "shortest": shortest, "longest": longest}
        )
    if platform != "youtube" and handle.endswith("."):
        raise ChannelProblem(_("Nama akun %(platform)s tidak boleh diakhiri titik") % {"platform": name})
    if platform == "instagram" and (handle.startswith(".") or ".." in handle):
        raise ChannelProblem(_("Nama akun Instagram tidak boleh diawali titik atau memuat dua titik berurutan"))
    if platform == "instagram" and handle in _RESERVED:
        raise ChannelProblem(_("Nama ini dipakai Instagram sendiri. Tulis nama akun Anda"))
    return handle
