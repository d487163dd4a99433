"""What each row of a roster paid for and nobody read: three prefix indexes, one double index, and a time of the import.

The column of the time stays until the next version, so that processes of the former one go on beside this schema.
"""

import django.db.models.deletion
from django.db import migrations, models

_PREFIXES = {
    "people_employee_roster_id_533f25ff_like": "roster_id",
    "people_employee_nip_4eca3717_like": "nip",
    "people_employee_contact_email_985c2d15_like": "contact_email",
}


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_employee_name'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='employee', name='seen_in_import')],
        ),
        migrations.AlterField(
            model_name='employee',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='employees', to='people.opd', verbose_name='unit kerja'),
        ),
        *(
            migrations.RunSQL(
                f'DROP INDEX IF EXISTS {name}',
                f'CREATE INDEX IF NOT EXISTS {name} ON people_employee ({column} varchar_pattern_ops)',
            )
            for name, column in _PREFIXES.items()
        ),
    ]
