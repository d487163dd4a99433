"""The hours of Perpres 21/2023 and, for Ramadan, those of the nearest model; BKPSDM corrects them on the page."""

from datetime import date, time
from typing import Any

from django.db import migrations

FROM = date(2023, 4, 12)
HOURS = {
    "5HK": [((1, 2, 3, 4), (7, 30), (12, 0), (13, 0), (16, 0)), ((5,), (7, 30), (12, 0), (13, 30), (16, 30))],
    "5HK_RAMADAN": [((1, 2, 3, 4), (8, 0), (12, 30), (13, 0), (15, 0)), ((5,), (8, 0), (12, 0), (13, 0), (15, 30))],
    "6HK_RAMADAN": [((1, 2, 3, 4, 6), (8, 0), (12, 30), (13, 0), (14, 0)), ((5,), (8, 0), (12, 0), (13, 0), (14, 0))],
}


def fill(apps: Any, schema_editor: Any) -> None:
    patterns, days = apps.get_model("calendar", "WorkPattern"), apps.get_model("calendar", "WorkDay")
    for code, blocks in HOURS.items():
        pattern = patterns.objects.create(code=code, starts=FROM)
        for weekdays, opens, rest, back, closes in blocks:
            for weekday in weekdays:
                days.objects.create(
                    pattern=pattern,
                    weekday=weekday,
                    opens=time(*opens),
                    break_starts=time(*rest),
                    break_ends=time(*back),
                    closes=time(*closes),
                )


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
