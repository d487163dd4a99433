"""Any pasted form of an address or handle becomes one identity, or its own sentence."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.channels import NAMES, ChannelProblem, Identity, parse, parse_sample
from declarations.models import Channel

UC = "UC" + "aB3_-" * 4 + "xy"
GOOD = [
    *(
        ("youtube", text, "demo.pasbar", "")
        for text in (
            "@demo.pasbar",
            "demo.pasbar",
            " @Demo.Pasbar ",
            "\u00a0@demo.pasbar\n",
            "youtube.com/@demo.pasbar",
            "www.youtube.com/@demo.pasbar/videos",
            "https://www.youtube.com/@demo.pasbar",
            "https://www.youtube.com/@Demo.Pasbar/shorts",
            "http://m.youtube.com/@demo.pasbar/streams?view=2",
            "HTTPS://YouTube.com/@demo.pasbar/about",
            "https://music.youtube.com/@demo.pasbar",
            "https://youtube.com/@demo.pasbar?si=AbCdEf12345",
            "https://youtube.com/@demo.pasbar?sub_confirmation=1",
            "https://www.youtube.com//@demo.pasbar//",
            "//www.youtube.com/@demo.pasbar",
            "https://www.youtube.com./@demo.pasbar",
            "https://www.youtube.com/%40demo.pasbar",
            "https://www.youtube.com/@demo.pasbar#atas",
        )
    ),
    ("youtube", "@abc", "abc", ""),
    ("youtube", "a" * 30, "a" * 30, ""),
    ("youtube", "@nama-kanal_1", "nama-kanal_1", ""),
    ("youtube", UC, "", UC),
    ("youtube", f"https://www.youtube.com/channel/{UC}", "", UC),
    ("youtube", f"m.youtube.com/channel/{UC}/videos?x=1", "", UC),
    ("youtube", f"https://studio.youtube.com/channel/{UC}/content", "", UC),
    *(
        ("tiktok", text, "demo.pasbar_1", "")
        for text in (
            "@demo.pasbar_1",
            "Demo.Pasbar_1",
            "tiktok.com/@demo.pasbar_1",
            "https://www.tiktok.com/@demo.pasbar_1?_t=8abc&_r=1",
            "https://m.tiktok.com/@demo.pasbar_1",
            "https://www.tiktok.com/@demo.pasbar_1/video/7300000000000000000?is_from_webapp=1",
            "https://www.tiktok.com/@demo.pasbar_1/photo/7300000000000000000",
            "https://www.tiktok.com/@demo.pasbar_1/live",
        )
    ),
    ("tiktok", "ab", "ab", ""),
    *(
        ("instagram", text, "demo.pasbar", "")
        for text in (
            "@demo.pasbar",
            "DEMO.pasbar",
            "instagram.com/demo.pasbar",
            "https://www.instagram.com/demo.pasbar/",
            "https://www.instagram.com/demo.pasbar/?igsh=MXh5&hl=id",
            "https://instagram.com/@demo.pasbar",
            "https://m.instagram.com/demo.pasbar/reels/",
            "https://www.instagram.com/_u/demo.pasbar/",
        )
    ),
    ("instagram", "a", "a", ""),
]
BAD = [
    ("youtube", "", "Tulis tautan"),
    ("youtube", "   ", "Tulis tautan"),
    ("youtube", None, "Tulis tautan"),
    ("youtube", 7, "Tulis tautan"),
    ("youtube", "@", "sesudah tanda @"),
    ("facebook", "@nama", "Pilih platform"),
    ("", "@nama", "Pilih platform"),
    ("youtube", "x" * 301, "terlalu panjang"),
    ("youtube", "https://www.youtube.com/watch?v=Qx1demo0000", "satu video"),
    ("youtube", "https://youtu.be/Qx1demo0000", "satu video"),
    ("youtube", "youtu.be", "satu video"),
    ("youtube", "https://www.youtube.com/shorts/Qx1demo0000", "satu video"),
    ("youtube", "https://www.youtube.com/live/Qx1demo0000", "satu video"),
    ("youtube", "https://www.youtube.com/playlist?list=PLx", "satu video"),
    ("youtube", "https://www.youtube.com/embed/Qx1demo0000", "satu video"),
    ("youtube", "https://www.youtube.com/c/NamaKanal", "bentuk lama"),
    ("youtube", "https://www.youtube.com/user/NamaKanal", "bentuk lama"),
    ("youtube", "https://www.youtube.com/NamaKanal", "bentuk lama"),
    ("youtube", "https://www.youtube.com/channel/UCpendek", "diawali UC"),
    ("youtube", "https://www.youtube.com/channel/", "diawali UC"),
    ("youtube", "https://www.youtube.com/feed/subscriptions", "bukan halaman kanal"),
    ("youtube", "https://www.youtube.com/", "belum menunjuk"),
    ("youtube", "youtube.com", "belum menunjuk"),
    ("youtube", "https://studio.youtube.com/", "belum menunjuk"),
    ("youtube", "https://www.tiktok.com/@nama", "Ini tautan TikTok"),
    ("tiktok", "https://www.instagram.com/nama/", "Ini tautan Instagram"),
    ("instagram", "https://youtube.com/@nama", "Ini tautan YouTube"),
    ("youtube", "https://www.facebook.com/nama", "bukan tautan YouTube"),
    ("youtube", "https://youtube.com.evil.example/@nama", "bukan tautan YouTube"),
    ("youtube", "https://evil.example/youtube.com/@nama", "bukan tautan YouTube"),
    ("youtube", "https://youtubee.com/@nama", "bukan tautan YouTube"),
    ("youtube", "https://xn--yutube-wqf.com/@nama", "bukan tautan YouTube"),
    ("youtube", "https://[::1]/@nama", "bukan tautan YouTube"),
    ("youtube", "https://[zz/@nama", "tidak dapat dibaca"),
    ("youtube", "youtube.com@evil", "menyamarkan"),
    ("youtube", "https://youtube.com@evil.example/@nama", "menyamarkan"),
    ("youtube", "https://a:b@youtube.com/@nama", "menyamarkan"),
    ("youtube", "https://youtube.com:8443/@nama", "nomor port"),
    ("youtube", "youtube.com:443/@nama", "nomor port"),
    ("youtube", "https://youtube.com:/@nama", "nomor port"),
    ("youtube", "https://youtube.com:99999999/@nama", "tidak dapat dibaca"),
    ("youtube", "javascript:alert(1)", "https://"),
    ("youtube", "ftp://youtube.com/@nama", "https://"),
    ("youtube", "data:text/html,@nama", "https://"),
    ("youtube", "nama@gmail.com", "alamat email"),
    ("instagram", "nama@youtube", "alamat email"),
    ("youtube", "nama kanal", "spasi"),
    ("youtube", "Kanal saya https://youtube.com/@nama", "spasi"),
    ("youtube", "@nama\u200bkanal", "tersembunyi"),
    ("youtube", "@\u202enama", "tersembunyi"),
    ("youtube", "@nama\x00", "tersembunyi"),
    ("youtube", "@na\tma", "tersembunyi"),
    ("youtube", "@na\ud800ma", "tersembunyi"),
    ("youtube", "@n\u0430ma", "hanya mirip"),  # Cyrillic a
    ("youtube", "https://y\u043eutube.com/@nama", "hanya mirip"),
    ("youtube", "\uff20nama", "hanya mirip"),
    ("youtube", "https://youtube.com/@n%D0%B0ma", "hanya mirip"),
    ("youtube", "https:\\\\youtube.com\\@nama", "terbalik"),
    ("youtube", "@nama/video", "garis miring"),
    ("youtube", "@ab", "3 sampai 30"),
    ("youtube", "a" * 31, "3 sampai 30"),
    ("youtube", "@nama!", "hanya boleh berisi"),
    ("youtube", "https://youtube.com/@nama%00", "hanya boleh berisi"),
    ("youtube", "https://youtube.com/@nama%2Fx", "bukan"),
    ("tiktok", "@a", "2 sampai 24"),
    ("tiktok", "@" + "a" * 25, "2 sampai 24"),
    ("tiktok", "@nama.", "diakhiri titik"),
    ("tiktok", "@nama-kanal", "hanya boleh berisi"),
    ("tiktok", "https://vm.tiktok.com/ZMabc/", "tautan pendek"),
    ("tiktok", "https://vt.tiktok.com/ZSabc", "tautan pendek"),
    ("tiktok", "https://www.tiktok.com/t/ZTabc/", "tautan pendek"),
    ("tiktok", "https://www.tiktok.com/tag/edukasi", "bukan halaman profil"),
    ("tiktok", "https://www.tiktok.com/", "belum menunjuk"),
    ("instagram", "https://www.instagram.com/p/Cabc/", "satu unggahan"),
    ("instagram", "https://www.instagram.com/reel/Cabc/", "satu unggahan"),
    ("instagram", "https://www.instagram.com/stories/nama/1/", "satu unggahan"),
    ("instagram", "https://www.instagram.com/share/BAx", "satu unggahan"),
    ("instagram", "https://www.instagram.com/explore/tags/x/", "bukan halaman profil"),
    ("instagram", "https://instagr.am/nama", "tautan pendek"),
    ("instagram", "@.nama", "diawali titik"),
    ("instagram", "@na..ma", "dua titik"),
    ("instagram", "@nama.", "diakhiri titik"),
    ("instagram", "@" + "a" * 31, "1 sampai 30"),
]


@pytest.mark.parametrize(("platform", "text", "handle", "external"), GOOD)
def test_pasted_form_becomes_the_channel(platform: str, text: str, handle: str, external: str) -> None:
    assert parse(platform, text) == Identity(platform, handle, external)


@pytest.mark.parametrize(("platform", "text", "part"), BAD)
def test_what_is_no_channel_gets_its_own_sentence(platform: str, text: str, part: str) -> None:
    """[X02] [X03]"""
    if text == "https://youtube.com/@nama%2Fx":  # an encoded slash is a slash: the channel is still clear
        assert parse(platform, text).handle == "nama"
        return
    with pytest.raises(ChannelProblem) as caught:
        parse(platform, text)
    assert part in caught.value.sentence


def test_reading_the_canonical_address_gives_the_same_identity() -> None:
    for platform, text, _handle, _external in GOOD:
        identity = parse(platform, text)
        assert parse(platform, identity.url) == identity
        channel = Channel(platform=platform, handle=identity.handle, external_id=identity.external_id)
        assert channel.url == identity.url


@given(st.sampled_from([*NAMES, "x"]), st.text(max_size=320))
def test_no_text_raises_anything_else(platform: str, text: str) -> None:
    _only_problems(platform, text)


_PIECES = [
    "https://",
    "http:",
    "//",
    "youtube.com",
    "www.tiktok.com",
    "instagram.com",
    "@",
    "/",
    ":",
    "UC",
    "nama",
    ".",
    "%00",
]
_PIECES += ["%ff", "?", "#", "[", "]", "\\", "\u202e", "а", " ", "channel", "watch", "video", "_u", "p", "t", "443", ""]


@given(st.sampled_from(list(NAMES)), st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
def test_no_mixture_of_address_parts_raises_anything_else(platform: str, text: str) -> None:
    _only_problems(platform, text)


def _only_problems(platform: str, text: str) -> None:
    with suppress(ChannelProblem):
        identity = parse(platform, text)
        assert parse(platform, identity.url) == identity
        assert identity.key.isascii()
    with suppress(ChannelProblem):
        assert parse_sample(text).startswith("https://")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://youtu.be/Qx1demo0000", "https://youtu.be/Qx1demo0000"),
        ("youtube.com/watch?v=demo01", "https://youtube.com/watch?v=demo01"),
        ("https://vm.tiktok.com/ZMabc/", "https://vm.tiktok.com/ZMabc/"),
        ("https://www.instagram.com/p/Cabc/", "https://www.instagram.com/p/Cabc/"),
    ],
)
def test_sample_link_of_a_platform_is_kept(text: str, address: str) -> None:
    assert parse_sample(text) == address


@pytest.mark.parametrize(
    "text",
    ["https://evil.example/x", "javascript:alert(1)", "https://youtube.com@evil.example/x", "youtube.com", "x y"],
)
def test_other_sample_links_are_refused(text: str) -> None:
    with pytest.raises(ChannelProblem):
        parse_sample(text)
