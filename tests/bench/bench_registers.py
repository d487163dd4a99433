"""How long matching a declaration's partners takes at 1,000, 10,000 and 100,000 rows of the registers."""

import time
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from django.db import connection

from declarations.registries import applying
from declarations.registries.matching import Asked, match
from declarations.registries.models import Entry
from declarations.registries.reading import read_file
from tests.bench.serving import say, seconds
from tests.factories import World

pytestmark = pytest.mark.django_db
FIRST = """Maju Jaya Sumber Berkah Mandiri Karya Cahaya Sinar Putra Bumi Tirta Mitra Usaha Anugerah Restu Bina"""
LAST = """Abadi Sejahtera Rejeki Makmur Perkasa Utama Sentosa Lestari Pratama Nusantara Persada Gemilang"""
PARTNERS = [Asked("PT Maju Jaya Tbk"), Asked("CV Sumber Rezeki"), Asked("Karya Mandiri Sejahtra"), Asked("Bina Usaha")]


def test_matching(tmp_path: Path) -> None:
    world = World()
    names = [" ".join(words) for words in product(FIRST.split(), (FIRST + " " + LAST).split(), LAST.split())]
    floor = 0.0
    for size in (1_000, 10_000, 100_000):
        have = Entry.objects.count()
        path = tmp_path / f"{size}.csv"
        lines = ["NAMA PENYEDIA;OPD;PAKET;TANGGAL KONTRAK"]
        lines += [
            f"CV {names[number % len(names)]} {number // len(names) or ''};DISDIKBUD;Paket {number};03-02-2026"
            for number in range(have, size)
        ]
        path.write_text("\n".join(lines) + "\n")
        batch = applying.start("vendor", source="Bench", full=False, by=None, content=b"", extension="csv")
        start = time.perf_counter()
        read_file(batch, path)
        read = time.perf_counter()
        applying.apply(batch)
        saved = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE registries_entry")
        matched = seconds(lambda: match(PARTNERS, on=date(2026, 11, 24)))
        floor = floor or matched
        say(
            f"{size} rows: four partners matched in {matched * 1000:.1f} ms ({matched / floor:.1f}x); "
            f"{size - have} rows read in {read - start:.1f} s, saved in {saved - read:.1f} s"
        )
    assert world.dinas.code == "DISDIKBUD"
