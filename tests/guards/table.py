"""The guards: each is a line that keeps a promise. Taken out, at least one of the named tests must fail."""

from dataclasses import dataclass

API = "tests/integration/test_api.py"
CONDITIONS = "tests/integration/test_conditions.py"
MAIN_JOB = "tests/integration/test_main_job.py"
MAIL_DELIVERY = "tests/integration/test_mail_delivery.py"
EDITORS = "tests/integration/test_editors_command.py"
OPERATIONS = "tests/integration/test_operations_commands.py"
RECONCILE = "tests/integration/test_reconcile.py"
RECONCILIATION = "tests/unit/test_reconciliation.py"
DELIVERY = "tests/unit/test_delivery.py"
SIGN_IN = "tests/integration/test_desk_sign_in.py"
KNOWN_BROWSERS = "tests/integration/test_known_browsers.py"
SESSIONS = "tests/integration/test_desk_sessions.py"
DESK_ACCESS = "tests/integration/test_desk_access.py"
DESK_PAGES = "tests/integration/test_desk_pages.py"
DESK_DOCUMENTS = "tests/integration/test_desk_documents.py"
RETENTION = "tests/faults/test_retention.py"
INTERLEAVED = "tests/faults/test_interleaved.py"
SCAN_FAULTS = "tests/faults/test_scan_faults.py"
REFUSED_COPIES = "tests/faults/test_refused_copies.py"
CALLS = "tests/unit/test_calls.py"
APPLICATION = "tests/unit/test_application.py"
DOCUMENT = "tests/unit/test_document.py"
STORED_FILENAME = "tests/unit/test_stored_filename.py"
VERDICT = "tests/unit/test_verdict.py"
TOKEN = "tests/unit/test_token.py"
KNOWN_BROWSER = "tests/unit/test_known_browser.py"
SESSION = "tests/unit/test_session.py"
OVERLAPPING = "tests/integration/test_overlapping_requests.py"
FORM_BOTS = "tests/integration/test_form_bots.py"
FORM_STAMP = "tests/unit/test_form_stamp.py"
NAUGHTY = "tests/integration/test_naughty_input.py"
NO_ORACLE = "tests/integration/test_no_oracle.py"
RECEIPTS = "tests/integration/test_receipts.py"
KEYS = "tests/integration/test_keys.py"
FAILURES_SEEN = "tests/infra/test_failures_are_seen.py"
OBSERVABILITY = "tests/unit/test_observability.py"
INSPECTOR = "tests/unit/inspection/test_inspector.py"
SANDBOX = "tests/unit/inspection/test_sandbox.py"
HOSTILE_CHILD = "tests/unit/inspection/test_hostile_child.py"
PDF = "tests/unit/inspection/test_pdf.py"
DOCX = "tests/unit/inspection/test_docx.py"
ODT = "tests/unit/inspection/test_odt.py"
RTF = "tests/unit/inspection/test_rtf.py"
ZIP = "tests/unit/inspection/test_zip_safety.py"
XML = "tests/unit/inspection/test_xml_safety.py"

COPIES_TESTS = "tests/integration/test_copies.py"
COPIER = "tests/unit/inspection/copies/test_copier.py"
READING = "tests/unit/inspection/copies/test_reading.py"
STRIPPED = "tests/unit/inspection/copies/test_stripped.py"


@dataclass(frozen=True)
class Guard:
    """`old` stands exactly once in `path` (below functions/intake); `new` is the same code without the guard."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


def _guard(name: str, path: str, old: str, new: str, *tests: str) -> Guard:
    return Guard(name, path, old, new, tests)


NOTHING_LOST = (
    _guard(
        "a write names the revision it read",
        "adapters/applications.py",
        'ConditionExpression="revision = :revision",\n            ExpressionAttributeValues=to_item('
        '{":revision": revision}),',
        "",
        CONDITIONS,
    ),
    _guard(
        "an application is created once",
        "adapters/applications.py",
        'Item=_item(application),\n                ConditionExpression="attribute_not_exists(pk)",',
        "Item=_item(application),",
        API,
    ),
    _guard(
        "the same key with another body is a conflict",
        "services/open_application.py",
        "if application.fingerprint != fingerprint:",
        "if False:",
        API,
    ),
    _guard(
        "a mail is claimed by one worker",
        "adapters/sends.py",
        'ConditionExpression="attribute_not_exists(pk) OR #state = :released"',
        'ConditionExpression="attribute_not_exists(pk) OR attribute_exists(pk) OR #state = :released"',
        MAIN_JOB,
        CONDITIONS,
    ),
    _guard(
        "a claim keeps others out for its lease",
        "adapters/sends.py",
        "LEASE = timedelta(seconds=60)",
        "LEASE = timedelta(seconds=-1)",
        CONDITIONS,
        MAIN_JOB,
        INTERLEAVED,
    ),
    _guard(
        "SES is asked once",
        "runtime.py",
        '_client("sesv2", read_timeout, total_max_attempts=1)',
        '_client("sesv2", read_timeout)',
        CONDITIONS,
        MAIN_JOB,
    ),
    _guard(
        "a summary waits for every verdict or the deadline",
        "domain/application.py",
        "return self.status is ApplicationStatus.SUBMITTED and not self.outstanding",
        "return self.status is ApplicationStatus.SUBMITTED",
        APPLICATION,
        MAIN_JOB,
    ),
    _guard(
        "what editors were not told stays owed",
        "domain/application.py",
        "if told.reported < told.changes or told.untold or told.outstanding:\n            return told\n        ",
        "",
        APPLICATION,
        MAIN_JOB,
        INTERLEAVED,
    ),
    _guard(
        "a file replaced while mail goes out keeps its deadline",
        "domain/application.py",
        " or told.outstanding:",
        ":",
        APPLICATION,
    ),
    _guard(
        "no news put a verdict off",
        "domain/application.py",
        "due_at = self.verdict_late_at or max(",
        "due_at = max(",
        APPLICATION,
        MAIN_JOB,
    ),
    _guard(
        "old text takes no newer upload's place",
        "services/hand_in_document.py",
        "held.tickets.get(held.issued) == document.as_upload",
        "held.issued in held.tickets",
        API,
    ),
    _guard(
        "news of a verdict that changed never waits",
        "domain/application.py",
        "if self.urgent > self.reported or self.told_at is None",
        "if self.told_at is None",
        APPLICATION,
    ),
    _guard(
        "one bad record keeps no other from its turn",
        "services/keep.py",
        "log_failure(error)\n            failed += 1",
        "raise",
        INTERLEAVED,
        MAIL_DELIVERY,
    ),
    _guard(
        "what came back is owed to others",
        "services/record_delivery.py",
        "if report.delivery.is_failure:",
        "if False:",
        MAIL_DELIVERY,
    ),
    _guard(
        "a mail of which nothing is heard is told",
        "services/record_delivery.py",
        "if send.state is SendState.SENT:",
        "if False:",
        MAIL_DELIVERY,
    ),
    _guard(
        "what became of a mail is never taken back",
        "adapters/sends.py",
        'f"send_id = :send_id AND (attribute_not_exists(delivery){known})"',
        'f"send_id = :send_id OR (attribute_not_exists(delivery){known})"',
        MAIL_DELIVERY,
    ),
    _guard(
        "lost mail is owed once for each kind",
        "domain/application.py",
        "or audience is Audience.ADMIN or kind in self.undelivered:",
        "or audience is Audience.ADMIN:",
        DELIVERY,
        MAIL_DELIVERY,
    ),
    _guard(
        "an address that bounced gets no more mail",
        "domain/application.py",
        "return not self.preferences.no_mail and not self.is_unreachable",
        "return not self.preferences.no_mail",
        DELIVERY,
    ),
    _guard(
        "a pause of SES ends no tries",
        "adapters/mail.py",
        "is_final=is_answered and code in _FINAL",
        "is_final=is_answered",
        MAIL_DELIVERY,
    ),
    _guard(
        "what SES refuses for good is not tried again",
        "adapters/mail.py",
        "is_final=is_answered and code in _FINAL",
        "is_final=False",
        MAIL_DELIVERY,
    ),
    _guard(
        "an upload that nobody heard of is found",
        "domain/reconciliation.py",
        "return Discrepancy.LOST_UPLOAD if is_uninspected or is_unrecorded(application, key) else None",
        "return None",
        RECONCILIATION,
        RECONCILE,
    ),
    _guard(
        "a document of nobody's is never erased",
        "domain/reconciliation.py",
        "if owner.is_erased:",
        "if owner.application is None:",
        RECONCILIATION,
        RECONCILE,
    ),
    _guard(
        "no name of a file keeps it from its verdict",
        "adapters/documents.py",
        "except (HeaderParseError, LookupError, ValueError):",
        "except ZeroDivisionError:",
        STORED_FILENAME,
    ),
    _guard(
        "the first of two versions is the one that was lost",
        "adapters/listing.py",
        'for version in answer.get("Versions", []):',
        'for version in reversed(answer.get("Versions", [])):',
        RECONCILE,
    ),
    _guard(
        "no page that takes too long holds up the quick look",
        "services/reconcile_by_pages.py",
        'must not keep the quick look where it is.\n        reconciler.ledger.save(progress.model_dump(mode="json"))',
        "",
        RECONCILE,
    ),
    _guard(
        "a round looks for the marks of its page only",
        "adapters/listing.py",
        "after = max(after, left[0][:-1]) if left",
        "after = after if left",
        RECONCILE,
    ),
    _guard(
        "no new upload takes the key of a forgotten one",
        "domain/reconciliation.py",
        "issued = max(document.issued, key.attempt)",
        "issued = document.issued",
        OPERATIONS,
        RECONCILIATION,
    ),
    _guard(
        "what cannot be read keeps nobody from being compared",
        "services/reconcile.py",
        "discrepancy = Discrepancy.UNREADABLE",
        "raise",
        RECONCILE,
    ),
    _guard(
        "the admin's notice is tried whatever SES says",
        "services/send_mail.py",
        "if error.is_final and audience_of(owed.kind) is not Audience.ADMIN:",
        "if error.is_final:",
        MAIL_DELIVERY,
    ),
    _guard(
        "a message that fails is counted",
        "handlers/queue.py",
        "            log_failure(error)\n            raise\n",
        "            raise\n",
        FAILURES_SEEN,
    ),
    _guard(
        "a failure is counted as its alarm asks",
        "observability.py",
        "count(Metric.FAILED)",
        "count(Metric.FAILED, type(error).__name__)",
        FAILURES_SEEN,
    ),
    _guard(
        "an editor who cannot be read keeps nobody else from mail",
        "adapters/editors.py",
        "        log_failure(error)\n        return None\n",
        "        raise\n",
        MAIL_DELIVERY,
    ),
    _guard(
        "an application that cannot be read hides no other at the desk",
        "adapters/reviews.py",
        """application_id_of(row["pk"]))\n        return None\n""",
        """application_id_of(row["pk"]))\n        raise\n""",
        DESK_PAGES,
    ),
    _guard(
        "what cannot be copied is held when its time is over",
        "services/record_verdict.py",
        "            if not is_late:\n                raise\n",
        "            raise\n",
        REFUSED_COPIES,
    ),
    _guard(
        "what could not be copied is inspected once more",
        "services/record_verdict.py",
        "wanted=document, reason=Reason.INSPECTION_LATE)",
        "wanted=document, reason=Reason.INSPECTION_FAILED)",
        REFUSED_COPIES,
    ),
    _guard(
        "a copy that may not be read just now is not taken for gone",
        "adapters/documents.py",
        "in _GONE:\n                raise VersionGoneError from None\n            raise\n        if digest",
        "in _ABSENT:\n                raise VersionGoneError from None\n            raise\n        if digest",
        REFUSED_COPIES,
    ),
)

DOCUMENTS_AS_INSPECTED = (
    _guard(
        "what lies on the desk already is adopted only if it is what was inspected",
        "adapters/documents.py",
        "        if digest != sha256:\n            raise VersionGoneError\n",
        "",
        CONDITIONS,
    ),
    _guard(
        "the first version of a ticket counts",
        "domain/document.py",
        "if attempt not in self.tickets:",
        "if attempt not in self.tickets and attempt != self.attempt:",
        APPLICATION,
        DOCUMENT,
        MAIN_JOB,
    ),
    _guard(
        "a download names its version",
        "adapters/documents.py",
        'pin = {"VersionId": version_id} if version_id else {"IfMatch"',
        'pin = {} if version_id else {"IfMatch"',
        MAIN_JOB,
    ),
    _guard(
        "a copy names its version",
        "adapters/documents.py",
        ', "VersionId": stored.version_id},',
        "},",
        MAIN_JOB,
    ),
    _guard(
        "a desk key is taken once",
        "adapters/documents.py",
        'IfNoneMatch="*",\n                ContentType=CONTENT_TYPE,\n                MetadataDirective',
        "ContentType=CONTENT_TYPE,\n                MetadataDirective",
        CONDITIONS,
        DESK_DOCUMENTS,
    ),
    _guard(
        "a link names its version",
        "adapters/documents.py",
        '                "VersionId": version_id,\n                "ResponseContentDisposition"',
        '                "ResponseContentDisposition"',
        DESK_DOCUMENTS,
        CONDITIONS,
    ),
    _guard(
        "no verdict before it is final",
        "web/answers.py",
        "if document.finding is None:\n        return DocumentAnswer",
        "if False:\n        return DocumentAnswer",
        API,
        MAIN_JOB,
    ),
    _guard(
        "the applicant's own data tell no verdict before it is final",
        "services/read_application.py",
        "if document.finding is None\n",
        "if False\n",
        API,
    ),
    _guard(
        "a scan is waited for where scanning is on",
        "domain/verdict.py",
        "    if scan is None:\n        return None\n    return inspected",
        "    if scan is None:\n        return inspected\n    return inspected",
        VERDICT,
    ),
    _guard(
        "a late scan holds",
        "domain/verdict.py",
        "ScanResult.LATE: Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_LATE)",
        "ScanResult.LATE: ACCEPTED",
        VERDICT,
    ),
    _guard(
        "an unsupported scan holds",
        "domain/verdict.py",
        "ScanResult.UNSUPPORTED: Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_UNSUPPORTED)",
        "ScanResult.UNSUPPORTED: ACCEPTED",
        VERDICT,
    ),
    _guard(
        "a scan is of the version that was inspected",
        "services/record_verdict.py",
        "document if document.is_version(key.attempt, version_id) else None",
        "document",
        SCAN_FAULTS,
    ),
    _guard(
        "an unknown scan result is never clean",
        "handlers/scan.py",
        "ScanResult.FAILED)",
        "ScanResult.NO_THREATS_FOUND)",
        MAIN_JOB,
    ),
    _guard(
        "a threat beats what was known",
        "domain/document.py",
        "or scan is ScanResult.THREATS_FOUND\n",
        "",
        DOCUMENT,
        APPLICATION,
        MAIN_JOB,
    ),
    _guard(
        "a rejected original never reaches the desk",
        "services/record_verdict.py",
        "if finding.verdict is Verdict.REJECT or inspected is None",
        "if inspected is None",
        MAIN_JOB,
    ),
    _guard(
        "what was not inspected never reaches the desk",
        "services/record_verdict.py",
        "Verdict.REJECT or inspected is None or",
        "Verdict.REJECT or",
        MAIN_JOB,
    ),
    _guard(
        "a file is what its sender declared",
        "inspection/inspector.py",
        "raise RefusedError(Reason.UPLOAD_DAMAGED)",
        "pass",
        INSPECTOR,
    ),
)

NO_ONE_IN = (
    _guard(
        "a token is checked",
        "domain/token.py",
        " and hmac.compare_digest(expected.encode(), claimed)",
        "",
        TOKEN,
    ),
    _guard(
        "a token opens its own application only",
        "domain/token.py",
        '"|".join((purpose, application_id, str(counter),',
        '"|".join((purpose, str(counter),',
        TOKEN,
        API,
    ),
    _guard(
        "a token has one purpose",
        "domain/token.py",
        '"|".join((purpose, application_id, str(counter),',
        '"|".join((application_id, str(counter),',
        TOKEN,
    ),
    _guard(
        "a receipt's link is of its address",
        "domain/token.py",
        ", *filter(None, [address])",
        "",
        TOKEN,
        MAIN_JOB,
    ),
    _guard(
        "what was withdrawn opens to no repeated creation",
        "services/open_application.py",
        'if application.is_closed:\n        raise NotFoundError("There is no such application.")\n    ',
        "",
        API,
    ),
    _guard(
        "many changes make few mails",
        "domain/application.py",
        " or self.changes <= FEW_CHANGES:",
        " or True:",
        APPLICATION,
        MAIN_JOB,
    ),
    _guard(
        "a key stays until no link of its time can be alive",
        "domain/token.py",
        "and _made_at(successors[known]) > now - LONGEST_LINK_LIFE",
        "and _made_at(known) > now - LONGEST_LINK_LIFE",
        KEYS,
    ),
    _guard(
        "a mailbox gets few receipts a day",
        "domain/receipts.py",
        "if tag in known or len(recent) < RECEIPTS_PER_WINDOW:",
        "if True:",
        RECEIPTS,
    ),
    _guard(
        "a receipt that waits stays due",
        "domain/application.py",
        "if receipt_due:",
        "if False:",
        RECEIPTS,
    ),
    _guard(
        "a form that came too soon opens nothing",
        "domain/form_stamp.py",
        "return Sending.TOO_SOON if now - shown_at < shortest else Sending.IN_TIME",
        "return Sending.IN_TIME",
        FORM_STAMP,
    ),
    _guard(
        "a form's stamp is signed",
        "domain/token.py",
        'if not verify(keys, f"{subject}.{signature}", purpose, subject, int(seconds)):',
        "if False:",
        FORM_STAMP,
    ),
    _guard(
        "the field that nobody meets stays empty",
        "web/about_form.py",
        'if self.values[TRAP]:\n            return "form_trap"\n        ',
        "",
        FORM_BOTS,
    ),
    _guard(
        "a name is no web address",
        "domain/plain_text.py",
        "if _WEB_ADDRESS.search(text):",
        "if False:",
        NAUGHTY,
    ),
    _guard(
        "made-up key ids do not read the secret each time",
        "adapters/secrets.py",
        "(is_stranger and age >= _LOOK_AGAIN_SECONDS)",
        "is_stranger",
        KEYS,
    ),
    _guard(
        "a worker looks again for a key it does not know",
        "adapters/secrets.py",
        " or (is_stranger and age >= _LOOK_AGAIN_SECONDS)",
        "",
        KEYS,
    ),
    _guard(
        "erasure revokes the token",
        "domain/application.py",
        "status=ApplicationStatus.ERASED, token_counter=self.token_counter + 1,",
        "status=ApplicationStatus.ERASED,",
        APPLICATION,
    ),
    _guard(
        "the address in the path is the token's",
        "web/api.py",
        "if application.id != application_id:",
        "if False:",
        API,
    ),
    _guard("a key must hold 128 random bits", "domain/reference.py", " or len(set(key)) < 10", "", API),
    _guard(
        "a body has a limit",
        "web/front.py",
        'if len(event.get("body") or "") > ',
        "if 0 > ",
        API,
        DESK_ACCESS,
    ),
    _guard("a field we do not know is refused", "web/requests.py", 'ConfigDict(extra="forbid")', "ConfigDict()", API),
    _guard(
        "a body of the API is text",
        "handlers/apply.py",
        "app.resolve(with_text(event), ",
        "app.resolve(event, ",
        NAUGHTY,
    ),
    _guard(
        "each change asks again what a link opens",
        "adapters/applications.py",
        "current = self.get(application_id)",
        "current = to_application(self._read(application_id) or {})",
        OVERLAPPING,
    ),
    _guard(
        "a change whose answer was lost is made",
        "adapters/applications.py",
        "if conflicting_item(refused) == item:",
        "if False:",
        OVERLAPPING,
    ),
    _guard(
        "what cannot be an id is not looked up",
        "web/access.py",
        "if not is_application_id(application_id):",
        "if False:",
        NO_ORACLE,
    ),
    _guard(
        "a ticket has a range of sizes",
        "adapters/tickets.py",
        '["content-length-range", min_bytes, max_bytes],',
        "",
        API,
    ),
    _guard("a ticket runs out", "adapters/tickets.py", "timedelta(minutes=10)", "timedelta(days=1)", API),
    _guard(
        "an address is changed only so often",
        "domain/application.py",
        "if changes > MAX_EMAIL_CHANGES:",
        "if False:",
        APPLICATION,
    ),
    _guard(
        "a document has only so many tickets",
        "domain/application.py",
        "if self.document(kind).issued >= MAX_UPLOADS:",
        "if False:",
        APPLICATION,
    ),
    _guard(
        "a code is guessed at five times",
        "domain/session.py",
        "if self.tries > CODE_TRIES or now >= self.expires_at:",
        "if now >= self.expires_at:",
        SESSION,
    ),
    _guard(
        "a code runs out",
        "domain/session.py",
        "if self.tries > CODE_TRIES or now >= self.expires_at:",
        "if self.tries > CODE_TRIES:",
        SESSION,
    ),
    _guard(
        "a code belongs to one browser",
        "domain/session.py",
        'hmac.new(browser.encode(), b"code|" + code.encode(), hashlib.sha256)',
        'hmac.new(b"", b"code|" + code.encode(), hashlib.sha256)',
        SESSION,
        SIGN_IN,
    ),
    _guard(
        "no code is right for nobody",
        "domain/session.py",
        "if is_same and self.editor is not None:",
        "if is_same:",
        SESSION,
    ),
    _guard(
        "only an editor is sent a code",
        "services/sign_in.py",
        "        if editor:\n            try:",
        "        if True:\n            try:",
        SIGN_IN,
    ),
    _guard(
        "a code that SES does not take changes nothing in the answer",
        "services/sign_in.py",
        "count(Metric.MAIL_NOT_SENT, error.code)",
        "raise",
        SIGN_IN,
    ),
    _guard(
        "nobody is looked up for a wrong code",
        "services/sign_in.py",
        "    answer = pending.answer(browser,",
        "    _ = door.editors.get(pending.editor) if pending and pending.editor else None\n"
        "    answer = pending.answer(browser,",
        SIGN_IN,
    ),
    _guard(
        "the last wrong guess counts as one",
        "domain/session.py",
        "return CodeAnswer.WRONG",
        "return CodeAnswer.WRONG if self.tries < CODE_TRIES else CodeAnswer.OVER",
        SESSION,
        SIGN_IN,
    ),
    _guard("an hour has five codes", "domain/session.py", "if len(recent) < at_most else None", "", SESSION),
    _guard(
        "a browser that has signed in before is counted by itself",
        "services/sign_in.py",
        "marked_at(keys, mark, address, now)",
        "None",
        KNOWN_BROWSERS,
    ),
    _guard(
        "a browser is known for one address",
        "domain/known_browser.py",
        "signed_moment(keys, mark, Purpose.BROWSER, hashed(address))",
        "signed_moment(keys, mark, Purpose.BROWSER, hashed(address)) or now",
        KNOWN_BROWSER,
        KNOWN_BROWSERS,
    ),
    _guard(
        "a browser is known for 400 days",
        "domain/known_browser.py",
        "return at if at and now - at < KNOWN_FOR else None",
        "return at",
        KNOWN_BROWSER,
        KNOWN_BROWSERS,
    ),
    _guard(
        "all known browsers of an address have a limit",
        "domain/session.py",
        'Limit(keyed_hash(keys, "codes of known browsers", address), CODES_OF_KNOWN_BROWSERS),',
        "",
        SESSION,
        KNOWN_BROWSERS,
    ),
    _guard(
        "a session ends",
        "adapters/sign_ins.py",
        "return None if session.is_over(now) else session",
        "return session",
        SESSIONS,
    ),
    _guard(
        "a removed editor is out at once",
        "services/sign_in.py",
        "return door.editors.get(session.editor) if session else None",
        'return Editor(address=session.editor, routes=("*",)) if session else None',
        SESSIONS,
        DESK_ACCESS,
    ),
    _guard(
        "an editor has a row of their own",
        "adapters/editors.py",
        'for row in rows if row["pk"].startswith(_EDITOR))',
        "for row in rows)",
        EDITORS,
    ),
    _guard(
        "an editor reads only the calls that are theirs",
        "services/review_application.py",
        " or not editor.reads(application.call):",
        ":",
        DESK_ACCESS,
    ),
    _guard(
        "a draft is not for editors",
        "services/review_application.py",
        "if application.is_draft or application.is_closed or",
        "if application.is_closed or",
        DESK_ACCESS,
    ),
    _guard(
        "a form of the desk carries its session's token",
        "web/desk_door.py",
        'if not is_form_token(asking.session_id, form.get("token", "")):',
        "if False:",
        DESK_ACCESS,
        SESSIONS,
        SIGN_IN,
    ),
    _guard(
        "a proof counts for one application",
        "adapters/proofs.py",
        'ConditionExpression="attribute_not_exists(pk) OR used_for = :application"',
        'ConditionExpression="attribute_not_exists(pk) OR pk <> :application"',
        "tests/integration/test_proof_of_work.py",
    ),
    _guard(
        "a proof runs out",
        "domain/proof.py",
        " or now.timestamp() >= expires:",
        ":",
        "tests/integration/test_proof_of_work.py",
    ),
    _guard(
        "a form of the desk comes from the desk",
        "web/desk_door.py",
        "    check_same_origin(event.headers, runtime.settings(runtime.DeskSettings).public_base)\n",
        "",
        DESK_ACCESS,
        SIGN_IN,
    ),
)

NOTHING_LEAKS = (
    _guard(
        "a log has no exception's message",
        "observability.py",
        '        "failed",\n',
        '        "failed",\n        said=str(error),\n',
        OBSERVABILITY,
    ),
    _guard(
        "no mail means no mail",
        "domain/application.py",
        "return not self.preferences.no_mail and not self.is_unreachable",
        "return not self.is_unreachable",
        MAIN_JOB,
    ),
    _guard(
        "nothing is kept for longer than its notice says",
        "domain/application.py",
        "if self.is_closed or now < self.kept_until:",
        "if not self.is_draft or now < self.kept_until:",
        APPLICATION,
        RETENTION,
    ),
    _guard(
        "mail that is owed keeps nothing for longer",
        "services/keep.py",
        "applications.change(application_id, lambda current: current.expired(now))",
        "applications.get(application_id)",
        RETENTION,
    ),
    _guard(
        "mail that waits keeps nothing for longer",
        "domain/application.py",
        "due_at=min(at, self.kept_until)",
        "due_at=at",
        APPLICATION,
    ),
    _guard(
        "the days of a notice are days in UTC",
        "domain/call.py",
        "moment.astimezone(UTC) + timedelta",
        "moment + timedelta",
        CALLS,
    ),
    _guard(
        "an erasure is looked at twice",
        "services/erase.py",
        "look_again_at if now < look_again_at else None",
        "None",
        MAIN_JOB,
    ),
    _guard(
        "an erasure leaves a mark outside the table",
        "services/erase.py",
        "    desk.mark_erased(application_id)",
        "",
        MAIN_JOB,
        OPERATIONS,
    ),
    _guard(
        "who was erased stays so when the table is restored",
        "domain/reconciliation.py",
        "erasure_mark(application.id) in marks",
        "False",
        RECONCILIATION,
        RECONCILE,
        OPERATIONS,
    ),
    _guard(
        "an erased application answers like none",
        "adapters/applications.py",
        "if is_tombstone(values):\n        raise NotFoundError",
        "if False:\n        raise NotFoundError",
        CONDITIONS,
        API,
        MAIN_JOB,
        APPLICATION,
    ),
    _guard(
        "a late worker brings nothing erased back",
        "domain/application.py",
        "if self.is_closed or document == self.document(kind):",
        "if document == self.document(kind):",
        APPLICATION,
        INTERLEAVED,
    ),
    _guard("no answer is kept by anybody", "web/headers.py", '"Cache-Control": "no-store",', "", "tests/unit/web", API),
    _guard(
        "nobody frames the desk",
        "web/headers.py",
        '"frame-ancestors": "\'none\'",',
        "",
        "tests/unit/web",
        DESK_ACCESS,
        "tests/integration/test_desk_pages.py",
    ),
)

INSPECTION = (
    _guard(
        "a child has only so much memory",
        "inspection/zygote.py",
        "(resource.RLIMIT_AS, limits.memory_bytes),",
        "",
        SANDBOX,
    ),
    _guard("a child writes no file", "inspection/zygote.py", "(resource.RLIMIT_FSIZE, 0),", "", SANDBOX),
    _guard("a child starts no process", "inspection/zygote.py", "(resource.RLIMIT_NPROC, 0),", "", SANDBOX),
    _guard(
        "a child has only so much time",
        "inspection/zygote.py",
        "    os.kill(child, signal.SIGKILL)\n",
        "",
        SANDBOX,
    ),
    _guard(
        "each process ends with its parent",
        "inspection/zygote.py",
        "prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)",
        "prctl(_PR_SET_PDEATHSIG, 0, 0, 0, 0)",
        SANDBOX,
    ),
    _guard(
        "a child does not undo that",
        "inspection/system_calls.py",
        "            157, 105, ",
        "            ",
        SANDBOX,
        HOSTILE_CHILD,
    ),
    _guard(
        "a child gives up system calls",
        "inspection/zygote.py",
        "is_filtered = give_up_system_calls()\n",
        "is_filtered = True\n",
        HOSTILE_CHILD,
    ),
    _guard(
        "a child has the kernel signal nobody",
        "inspection/system_calls.py",
        "(_IF_EQUAL, 0, 1, _F_SETOWN_EX),",
        "(_IF_EQUAL, 0, 1, 1 << 29),",
        HOSTILE_CHILD,
    ),
    _guard(
        "the zygote reads no message",
        "inspection/zygote.py",
        "        if (supervisor := os.fork()) == 0:\n",
        "        channel.recv(_MESSAGE_BYTES, socket.MSG_PEEK)\n        if (supervisor := os.fork()) == 0:\n",
        SANDBOX,
    ),
    _guard(
        "the zygote inherits no environment",
        "inspection/sandbox.py",
        "env=environment | {",
        "env=dict(os.environ) | {",
        SANDBOX,
    ),
    _guard(
        "nobody reads the worker's memory",
        "inspection/sandbox.py",
        "prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)",
        "prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)",
        SANDBOX,
    ),
    _guard(
        "credentials are wiped where memory cannot be closed",
        "inspection/sandbox.py",
        '        ctypes.memset(start + found.start(), ord("-"), len(found[0]))\n',
        "        pass\n",
        SANDBOX,
    ),
    _guard(
        "a kernel without a filter holds no document",
        "inspection/system_calls.py",
        "    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)\n",
        "    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:\n        raise OSError\n",
        SANDBOX,
    ),
    _guard(
        "a child outside its limits is no fault of the file",
        "inspection/zygote.py",
        "        raise UnconfinedError\n",
        "        confined = None\n",
        SANDBOX,
    ),
    _guard(
        "a child's answer is checked word by word",
        "inspection/sandbox.py",
        "return said if is_sound else _FAILED",
        "return said",
        SANDBOX,
    ),
    _guard(
        "few notes quote their file",
        "inspection/sandbox.py",
        "set(said.notes) & QUOTING",
        "set(said.notes)",
        SANDBOX,
    ),
    _guard(
        "every DOCTYPE but old OpenOffice's is refused",
        "inspection/xml_safety.py",
        "    parser.StartDoctypeDeclHandler = _judge_doctype\n",
        "",
        DOCX,
        XML,
    ),
    _guard("a part has only so many bytes", "inspection/xml_safety.py", "if size > MAX_XML_BYTES:", "if False:", XML),
    _guard("members are counted", "inspection/zip_directory.py", "if count > MAX_MEMBERS:", "if False:", ZIP),
    _guard(
        "a container grows only so much",
        "inspection/zip_safety.py",
        "if expanded > MAX_EXPANDED_BYTES or is_bomb:",
        "if False:",
        ZIP,
        DOCX,
    ),
    _guard(
        "a name is written once",
        "inspection/zip_directory.py",
        " or member.name.casefold() in seen:",
        ":",
        ZIP,
    ),
    _guard(
        "a member is what it says of itself",
        "inspection/zip_safety.py",
        "if signature != ZIP_MAGIC or not is_same or",
        "if signature != ZIP_MAGIC or",
        ZIP,
    ),
    _guard(
        "there is one end",
        "inspection/zip_directory.py",
        'if len(ends) != 1 or data.rfind(b"PK\\5\\6", tail) != ends[0]:',
        "if not ends:",
        ZIP,
    ),
    _guard(
        "members only stored or deflated",
        "inspection/zip_directory.py",
        "if method not in (STORED, DEFLATED) or not _is_safe_name(name)",
        "if not _is_safe_name(name)",
        ZIP,
    ),
    _guard(
        "both directories of a large container say the same",
        "inspection/zip_directory.py",
        "if any(short not in (value, unsaid) for short, value, unsaid in said):",
        "if False:",
        ZIP,
    ),
    _guard(
        "what a zip64 field repeats is the same",
        "inspection/zip_directory.py",
        "if any(said not in (0, value) for",
        "if any(False for",
        ZIP,
    ),
    _guard(
        "a member's name stays inside",
        "inspection/zip_directory.py",
        " or not _is_safe_name(name) or",
        " or",
        ZIP,
    ),
    _guard(
        "a PDF runs nothing",
        "inspection/pdf_actions.py",
        'if "/JS" in keys:',
        "if False:",
        PDF,
    ),
    _guard("a PDF has no XFA", "inspection/pdf.py", 'and "/XFA" in form:', "and False:", PDF),
    _guard(
        "an object stream is read whole",
        "inspection/pdf.py",
        "    _check_object_streams(pdf)\n",
        "",
        PDF,
    ),
    _guard(
        "a PDF calls nobody when it opens",
        "inspection/pdf_actions.py",
        'if _name(item.get("/S")) == "/URI":',
        "if False:",
        PDF,
    ),
    _guard(
        "a PDF's data lie in the PDF",
        "inspection/pdf_actions.py",
        'pikepdf.Stream) and ("/F" in keys or "/Ref" in keys):',
        "pikepdf.Stream) and False:",
        PDF,
    ),
    _guard(
        "a PDF's links start nothing",
        "inspection/pdf_actions.py",
        "if _BAD_LINK.match(link):",
        "if False:",
        PDF,
    ),
    _guard(
        "a Word document's text is found by its type",
        "inspection/docx.py",
        "if content_type in _SHOWN or _SHOWN_NAME",
        "if _SHOWN_NAME",
        DOCX,
    ),
    _guard(
        "a chart's workbook is looked into",
        "inspection/workbook.py",
        "    if _is_data(archive, name):",
        "    if True:",
        DOCX,
    ),
    _guard(
        "an address makes a relationship external",
        "inspection/word_links.py",
        "if link.is_external or _HAS_SCHEME.match(link.target):",
        "if link.is_external:",
        DOCX,
    ),
    _guard(
        "RTF values are read without what may be skipped, too",
        "inspection/rtf_scan.py",
        "for pieces in (self.whole, self.plain)}",
        "for pieces in (self.whole,)}",
        RTF,
    ),
    _guard(
        "RTF lists have nine levels",
        "inspection/rtf_scan.py",
        'if word == b"listoverridecount" and int(number or 0) > _MOST_LEVELS:',
        "if False:",
        RTF,
    ),
    _guard(
        "a version inside is judged",
        "inspection/odt.py",
        "            _read_version(archive, name, contents)\n",
        "            pass\n",
        ODT,
    ),
)

COPIES = (
    _guard(
        "copies are read by a final verdict only",
        "services/read_document.py",
        "return document.copies if document.is_openable else None",
        "return document.copies",
        COPIES_TESTS,
    ),
    _guard(
        "a copy's key is taken once",
        "adapters/documents.py",
        'Body=body,\n                IfNoneMatch="*",',
        "Body=body,",
        COPIES_TESTS,
    ),
    _guard(
        "what lies at a copy's key must be the copy",
        "adapters/documents.py",
        "return version_id if digest == sha256 else None",
        "return version_id",
        COPIES_TESTS,
    ),
    _guard(
        "a document's copies are made once",
        "domain/document.py",
        "return self.copies is None and",
        "return",
        COPIES_TESTS,
    ),
    _guard(
        "of what was rejected there are no copies",
        "domain/document.py",
        "and is_read and not is_rejected",
        "and is_read",
        COPIES_TESTS,
    ),
    _guard(
        "a stripped copy is judged like an upload",
        "inspection/copies/copier.py",
        "        return NoCopy.NOT_ACCEPTED\n",
        "        pass\n",
        COPIER,
    ),
    _guard(
        "a stripped copy says the same",
        "inspection/copies/copier.py",
        "is_same = fault is None and again.read_bytes() == said",
        "is_same = fault is None",
        COPIER,
    ),
    _guard(
        "a picture is a picture",
        "inspection/copies/copier.py",
        "if fault is None and not _is_picture(picture):",
        "if False:",
        COPIER,
    ),
    _guard(
        "pictures of pages have a time for all",
        "inspection/copies/copier.py",
        "if time.monotonic() > deadline:",
        "if False:",
        COPIER,
    ),
    _guard(
        "what is unseen is written out",
        "inspection/copies/blocks.py",
        "_UNSEEN.sub(lambda found: f",
        "(lambda _, text: text)(lambda found: f",
        READING,
    ),
    _guard(
        "parts that nothing needs stay behind",
        "inspection/copies/stripped_docx.py",
        "if not found.is_external and found.kind in kept and",
        "if not found.is_external and",
        STRIPPED,
    ),
    _guard(
        "pictures lose what cameras write",
        "inspection/copies/stripped_pdf.py",
        "strip_picture(item.read_raw_bytes())",
        "item.read_raw_bytes()",
        STRIPPED,
    ),
    _guard(
        "a PDF's properties are gone",
        "inspection/copies/stripped_pdf.py",
        'del pdf.trailer["/Info"]',
        "pass",
        STRIPPED,
    ),
)

AREAS = {
    "Nothing is lost": NOTHING_LOST,
    "Documents as inspected": DOCUMENTS_AS_INSPECTED,
    "No one in": NO_ONE_IN,
    "Nothing leaks": NOTHING_LEAKS,
    "Inspection": INSPECTION,
    "Copies": COPIES,
}
GUARDS = tuple(guard for guards in AREAS.values() for guard in guards)
