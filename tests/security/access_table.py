"""Who gets what at which address: one line per view name, read against DESIGN.md 10; tests/security proves it.

A line holds what the eight callers get for GET and for POST, one letter each, in the order of CALLERS:
`+` let in (a page, a redirect onwards, a form with errors), `L` sent to the login, `3` 403, `4` 404, `5` 405.
PUT and DELETE are 405 for everybody, always.
"""

CALLERS = (
    "anonymous",
    "declarant",  # of the case in the address
    "other declarant",
    "head",  # asked to decide that case
    "reviewer",
    "inspectorate",
    "administrator",
    "leadership",
)

ALL = "++++++++"  # public
NONE = "55555555"  # nobody may use this method here: 405, or the refusal this person meets anyway
HIDDEN = "44444444"  # exists in a demo only
SIGNED = "L+++++++"  # every signed-in person
OWN = "L+444444"  # the declarant of the case; for the rest it does not exist
READERS = "L+44++44"  # the declarant of the case, and the officers who may open it
ASKED = "L44+4444"  # the head whom the case asks
COOKIE = "444+4444"  # whoever came by the mailed link
OWN_TASK = "L333+443"  # the office that owes the piece of work
DESK = "L333++33"  # reviewers and the Inspektorat
NUMBERS = "L333+++3"  # those and administrators: numbers only
REPORTS = "L33+++++"  # those, leadership, and heads of an office
REVIEWERS = "L333+333"
HELPERS = "L333+3+3"  # reviewers and administrators
ADMINISTRATORS = "L33333+3"

PUBLIC_PAGES = {
    "home": (ALL, NONE),
    "manage": (NUMBERS, NONE),
    "self_check": (ALL, ALL),
    "rules": (ALL, NONE),
    "privacy": (ALL, NONE),
    "accessibility": (ALL, NONE),
    "metrics": (ALL, NONE),  # asked here from the loopback address; tests/security/test_metrics.py asks from outside
    "live": (ALL, NONE),
    "ready": (ALL, NONE),
    "verify": (ALL, ALL),
    "verify_code": (ALL, ALL),
    "demo_mail": (HIDDEN, NONE),
    "demo_mail_html": (HIDDEN, NONE),
}
ROSTERS = {
    "rosters:list": (ADMINISTRATORS, ADMINISTRATORS),
    "rosters:batch": (ADMINISTRATORS, ADMINISTRATORS),  # and the head of BKPSDM
    "rosters:problems": (NONE, ADMINISTRATORS),
}
REGISTERS = {
    "registries:list": (HELPERS, NONE),
    "registries:one": (HELPERS, HELPERS),
    "registries:add": (HELPERS, HELPERS),
    "registries:template": (HELPERS, NONE),
    "registries:batch": (HELPERS, HELPERS),
    "registries:problems": (HELPERS, NONE),
    "registries:end": (HELPERS, HELPERS),
}
ACCOUNT = {
    "register": (ALL, ALL),
    "register_code": (ALL, ALL),
    "register_password": (ALL, ALL),
    "register_done": (SIGNED, NONE),
    "register_help": (ALL, ALL),
    "register_help_code": (ALL, ALL),
    "register_help_sent": (ALL, NONE),
    "account_login": (ALL, ALL),
    "account_login_code": (ALL, ALL),
    "account_login_code_check": (ALL, ALL),
    "account_logout": (NONE, ALL),
    "rescued": (SIGNED, NONE),
    "reset": (ALL, ALL),
    "reset_code": (ALL, ALL),
    "reset_password": (ALL, ALL),
    "profile": (SIGNED, NONE),
    "profile_language": (NONE, SIGNED),
    "profile_email": (SIGNED, SIGNED),
    "profile_email_code": (SIGNED, SIGNED),
    "profile_password": (SIGNED, SIGNED),
    "security": (SIGNED, NONE),
    "security_app": (SIGNED, SIGNED),
    "security_codes": (SIGNED, SIGNED),
    "security_passkeys": (SIGNED, SIGNED),
    "security_devices": (NONE, SIGNED),
    "second_factor": (SIGNED, SIGNED),
    "prove": (SIGNED, SIGNED),
    "users": (ADMINISTRATORS, ADMINISTRATORS),  # and the head of BKPSDM, tests/security/test_users.py
    "user": (ADMINISTRATORS, ADMINISTRATORS),
    "calendar:year": (ADMINISTRATORS, NONE),
    "calendar:load": (NONE, ADMINISTRATORS),
    "calendar:add_holiday": (ADMINISTRATORS, ADMINISTRATORS),
    "calendar:holiday": (ADMINISTRATORS, ADMINISTRATORS),
    "calendar:add_ramadan": (ADMINISTRATORS, ADMINISTRATORS),
    "calendar:ramadan": (ADMINISTRATORS, ADMINISTRATORS),
    "calendar:hours": (ADMINISTRATORS, ADMINISTRATORS),
    "calendar:add_use": (ADMINISTRATORS, ADMINISTRATORS),
    "calendar:use": (ADMINISTRATORS, ADMINISTRATORS),
    "help_requests": (HELPERS, NONE),
    "help_request": (HELPERS, HELPERS),
}
FILING = {
    "channels": (SIGNED, NONE),
    "nil_statement": (SIGNED, NONE),
    "nil_who": (SIGNED, NONE),
    "nil_confirm": (SIGNED, SIGNED),
    "nil_withdraw": (SIGNED, SIGNED),
    "declarations:list": (SIGNED, NONE),
    "declarations:new": (SIGNED, SIGNED),
    "declarations:detail": (OWN, NONE),
    "declarations:resume": (OWN, NONE),
    "approvals:proof": (OWN, OWN),
    "declarations:channels": (OWN, OWN),
    "declarations:channel_add": (OWN, OWN),
    "declarations:channel_edit": (OWN, OWN),
    "declarations:channel_remove": (OWN, OWN),
    "declarations:exempt": (OWN, NONE),
    "declarations:content": (OWN, OWN),
    "declarations:limits": (OWN, OWN),
    "declarations:time": (OWN, OWN),
    "declarations:commercial": (OWN, OWN),
    "declarations:commercial_channel": (OWN, OWN),
    "declarations:interest": (OWN, OWN),
    "declarations:statement": (OWN, OWN),
    "declarations:check": (OWN, NONE),
    "declarations:sent": (OWN, NONE),
    "declarations:fix": (OWN, NONE),
    "declarations:withdraw": (OWN, NONE),
    "declarations:amend": (OWN, OWN),
    "declarations:renew": (OWN, OWN),
    "approvals:submit": (NONE, OWN),
    "approvals:explain": (OWN, OWN),
    "approvals:answer_point": (NONE, OWN),
    "approvals:object": (OWN, OWN),
    "approvals:conditions": (OWN, NONE),
    "approvals:send_proof": (OWN, OWN),
    "approvals:evidence": (READERS, NONE),
    "approvals:confirm": (OWN, OWN),
    "approvals:letter": (READERS, NONE),
    "approvals:withdraw": (NONE, OWN),
}
DECIDING = {
    "approvals:by_hand": (ALL, ALL),
    "approvals:mailed_list": (ALL, NONE),
    "approvals:not_me": (ALL, ALL),
    "approvals:list": (COOKIE, NONE),
    "approvals:list_approve": (COOKIE, COOKIE),
    "approvals:list_result": (COOKIE, NONE),
    "approvals:link": (ALL, NONE),
    "approvals:link_case": (COOKIE, COOKIE),
    "approvals:link_renew": (NONE, COOKIE),
    "approvals:hand_on": (COOKIE, COOKIE),
    "approvals:take_back": (NONE, COOKIE),
    "approvals:inbox": (SIGNED, NONE),
    "approvals:inbox_approve": (SIGNED, SIGNED),  # only what waits for the caller can be endorsed
    "approvals:inbox_result": (ASKED, NONE),
    "approvals:inbox_open": (NONE, ASKED),
    "approvals:inbox_take_back": (NONE, "L4444444"),  # the sample case was never handed on
}
OFFICE = {
    "approvals:export_csv": (DESK, DESK),
    "approvals:export": ("L3334+33", "L3334+33"),  # whoever ordered it: here the Inspektorat
    "approvals:export_xlsx": (DESK, DESK),
    "approvals:reports": (REPORTS, NONE),
    "approvals:report_table": (REPORTS, NONE),
    "approvals:coverage": (REPORTS, NONE),
    "approvals:coverage_table": (REPORTS, NONE),
    "approvals:coverage_office": ("L333+3+3", "L333+3+3"),  # too few people here for anybody outside BKPSDM
    "approvals:coverage_call": (HELPERS, HELPERS),
    "approvals:coverage_progress": (HELPERS, NONE),
    "approvals:campaigns": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:campaign": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:summary": (NUMBERS, NONE),
    "approvals:queue": (DESK, NONE),
    "approvals:queue_search": (NONE, DESK),
    "approvals:bulk": (NONE, REVIEWERS),
    "approvals:bulk_approve": (NONE, REVIEWERS),
    "approvals:bulk_result": (REVIEWERS, NONE),
    "approvals:saved_views": (DESK, DESK),
    "approvals:keys": (DESK, DESK),
    "approvals:comment": (DESK, DESK),
    "approvals:own_data": (SIGNED, SIGNED),
    "approvals:own_json": (NONE, SIGNED),
    "approvals:own_pdf": (NONE, SIGNED),
    "approvals:corrections": (ADMINISTRATORS, "L3333343"),  # no request is named, so there is none
    "approvals:inserts": (ADMINISTRATORS, NONE),
    "approvals:insert": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:insert_mail": (ADMINISTRATORS, NONE),
    "approvals:log": ("L3333++3", NONE),
    "approvals:hold": ("L3333+33", "L3333+33"),
    "approvals:bundle": ("L3333+33", "L3333+33"),
    "approvals:bundle_check": ("L3333+33", "L3333+33"),
    "approvals:retention": (ADMINISTRATORS, ADMINISTRATORS),  # and the head of BKPSDM
    "approvals:readiness": (ADMINISTRATORS, NONE),
    "approvals:mails": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:mail": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:reasons": (ADMINISTRATORS, NONE),
    "approvals:reason_new": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:reason": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:case": (DESK, NONE),
    "approvals:proof_queue": (HELPERS, NONE),
    "approvals:proof_judge": (HELPERS, HELPERS),
    "approvals:proof_picture": ("L3334343", NONE),  # the file of the table is of another channel
    "approvals:take": (NONE, REVIEWERS),
    "approvals:close": (REVIEWERS, REVIEWERS),
    "approvals:revoke": (REVIEWERS, REVIEWERS),
    "approvals:note": (DESK, DESK),
    "approvals:sensitive": (NONE, DESK),
    "approvals:admit_objection": (NONE, REVIEWERS),
    "approvals:decide": (DESK, DESK),
    "approvals:release": (NONE, REVIEWERS),
    "approvals:mail_copy": (DESK, NONE),
    "approvals:finding": (DESK, DESK),
    "approvals:confirm_changes": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:rules": (ADMINISTRATORS, NONE),
    "approvals:policy": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:basis": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:rule": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:rule_edit": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:offices": (ADMINISTRATORS, NONE),
    "approvals:office": (ADMINISTRATORS, NONE),
    "approvals:office_appoint": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:office_end": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:office_address": (ADMINISTRATORS, ADMINISTRATORS),
    "approvals:suspend": (REVIEWERS, REVIEWERS),
    "approvals:paper": (REVIEWERS, REVIEWERS),
    "approvals:paper_sheet": (REVIEWERS, NONE),
    "approvals:lift": (NONE, REVIEWERS),
    "approvals:judge_proof": (NONE, REVIEWERS),
    "approvals:tasks": (NUMBERS, NONE),
    "approvals:task_close": (NONE, OWN_TASK),
    "approvals:assign": (REVIEWERS, REVIEWERS),
}
TABLE: dict[str, tuple[str, str]] = PUBLIC_PAGES | ACCOUNT | ROSTERS | REGISTERS | FILING | DECIDING | OFFICE
