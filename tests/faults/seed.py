"""Cases that wait for their heads, made in the database of a stack by its own code: prints what a browser needs."""

import json
import sys
import time

import django

django.setup()

from django.test import Client  # noqa: E402

from approvals import links  # noqa: E402
from tests.factories import World, sent, step_of  # noqa: E402

if __name__ == "__main__":
    world, officer = World(), Client()
    officer.force_login(world.reviewer)
    session = officer.session
    session["proven"] = time.time()
    session.save()
    found = []
    for _case in range(int(sys.argv[1])):
        case = sent(world.teacher)
        step = step_of(case)
        found.append({"pk": case.pk, "number": case.number, "token": links.token_for(step), "revision": case.revision})
    print(json.dumps({"session": session.session_key, "cases": found}))  # noqa: T201
