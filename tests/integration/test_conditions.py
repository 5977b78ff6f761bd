"""Every write is conditional: two who write at once never undo each other."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from factories import KEY, NOW, an_applicant, an_application
from house import House
from intake import runtime
from intake.adapters.applications import Applications
from intake.adapters.documents import DeskBucket, VersionGoneError
from intake.adapters.sends import LEASE, Sends
from intake.domain.applicant import Preferences
from intake.domain.application import Application
from intake.domain.document import DocumentKey, DocumentKind
from intake.domain.status import Due
from intake.errors import ConcurrentChangeError, NotFoundError


@pytest.fixture
def applications(house: House) -> Applications:
    return runtime.applications(house.physical["Table"])


@pytest.fixture
def sends(house: House) -> Sends:
    return runtime.sends(house.physical["Table"])


def with_fee(application: Application, fee: str) -> Application:
    return application.mended(an_applicant(fee=fee), Preferences(), NOW)


def test_a_change_made_meanwhile_is_seen_and_kept(applications: Applications) -> None:
    applications.create(an_application())
    seen: list[str | None] = []

    def slow(current: Application) -> Application:
        seen.append(current.applicant.fee)
        if len(seen) == 1:
            applications.change(current.id, lambda other: with_fee(other, "made meanwhile"))
        return current.mended(current.applicant, Preferences(pool=True), NOW)

    changed = applications.change(an_application().id, slow)
    assert seen == [None, "made meanwhile"]
    held = applications.get(changed.id)
    assert (held.applicant.fee, held.preferences.pool, held.revision) == ("made meanwhile", True, 2)


def test_what_is_gone_at_the_moment_of_writing_is_not_found(applications: Applications, house: House) -> None:
    applications.create(an_application())

    def vanishing(current: Application) -> Application:
        for row in house.rows():
            house.dynamodb.delete_item(TableName=house.physical["Table"], Key={"pk": row["pk"], "sk": row["sk"]})
        return current.mended(current.applicant, Preferences(pool=True), NOW)

    with pytest.raises(NotFoundError):
        applications.change(an_application().id, vanishing)


def test_whoever_is_always_slower_is_told_to_try_again(applications: Applications) -> None:
    applications.create(an_application())
    count = 0

    def slow(current: Application) -> Application:
        nonlocal count
        count += 1
        applications.change(current.id, lambda other: with_fee(other, str(count)))
        return current.mended(current.applicant, Preferences(pool=True), NOW)

    with pytest.raises(ConcurrentChangeError):
        applications.change(an_application().id, slow)
    assert (count, applications.get(an_application().id).preferences.pool) == (8, False)


def test_what_changes_nothing_writes_nothing(applications: Applications) -> None:
    applications.create(an_application())
    applications.change(an_application().id, lambda current: current)
    assert applications.get(an_application().id).revision == 0


def test_an_erased_application_cannot_be_brought_back(applications: Applications) -> None:
    applications.create(an_application())
    stale = applications.get(an_application().id)
    applications.change(stale.id, lambda current: current.erased(NOW))
    applications.bury(stale.id, NOW, None)
    with pytest.raises(NotFoundError):
        applications.change(stale.id, lambda current: with_fee(current, "1"))
    with pytest.raises(NotFoundError):
        applications.create(an_application())
    assert applications.erasure(stale.id) is not None


def test_only_what_is_marked_is_buried(applications: Applications) -> None:
    applications.create(an_application())
    with pytest.raises(ConcurrentChangeError):
        applications.bury(an_application().id, NOW, None)
    assert applications.get(an_application().id) == an_application()


def test_what_is_due_comes_when_it_is_and_longest_due_first(applications: Applications) -> None:
    for n, minutes in enumerate((5, 1, 9)):
        applications.create(an_application(id=f"{n}" * 40, due_kind=Due.MAIL, due_at=NOW + timedelta(minutes=minutes)))
    assert list(applications.due(Due.MAIL, NOW + timedelta(minutes=5))) == ["1" * 40, "0" * 40]
    assert list(applications.due(Due.RETENTION, NOW + timedelta(days=1))) == []


def test_one_worker_at_a_time_may_send_a_mail(sends: Sends) -> None:
    def claim(after: timedelta = timedelta()) -> tuple[bool, str, int]:
        found = sends.claim(KEY, "summary", "editors@magazine.example", 3, NOW + after)
        return found.is_ours, found.state.value, found.changes

    assert claim() == (True, "claimed", 3)
    assert claim() == (False, "claimed", 3)
    sends.release(KEY, "summary", "editors@magazine.example", "Throttled")
    assert claim() == (True, "claimed", 3)
    assert claim(LEASE - timedelta(seconds=1)) == (False, "claimed", 3)
    assert claim(LEASE) == (True, "claimed", 3)
    sends.record(KEY, "summary", "editors@magazine.example", "ses-id", NOW)
    assert claim(timedelta(days=30)) == (False, "sent", 3)
    sends.refuse(KEY, "summary", "editors@magazine.example", "MessageRejected")
    assert claim(timedelta(days=30)) == (False, "refused", 3)


def test_the_sdk_never_repeats_a_send_by_itself(house: House) -> None:
    """After a lost answer botocore's own retry would send the mail twice; only we decide on a second try."""
    client = runtime.mail(house.physical["MailConfiguration"])._client
    assert client.meta.config.retries["total_max_attempts"] == 1


def test_a_desk_key_is_taken_once_and_a_second_copy_finds_the_first(house: House) -> None:
    """S3 refuses a copy to a key that is taken (If-None-Match); moto does not know that, so it is told."""
    key = DocumentKey(application_id=an_application().id, kind=DocumentKind.CV, attempt=1)
    house.s3.put_object(Bucket=house.physical["IncomingBucket"], Key=str(key), Body=b"as it was inspected")
    stored = runtime.incoming_bucket(house.physical["IncomingBucket"]).find(key)
    assert stored is not None
    desk = DeskBucket(house.s3, house.physical["DeskBucket"])

    def refuse(params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        taken = house.s3.list_object_versions(Bucket=house.physical["DeskBucket"], Prefix=key.desk).get("Versions")
        if params["headers"].get("If-None-Match") != "*" or not taken:
            return None
        said = {"Error": {"Code": "PreconditionFailed", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 412}}
        return AWSResponse(params["url"], 412, {}, None), said

    house.s3.meta.events.register("before-call.s3.CopyObject", refuse)
    inspected = hashlib.sha256(b"as it was inspected").hexdigest()
    first = desk.promote(house.physical["IncomingBucket"], key, stored, inspected)
    assert desk.promote(house.physical["IncomingBucket"], key, stored, inspected) == first
    with pytest.raises(VersionGoneError):
        desk.promote(house.physical["IncomingBucket"], key, stored, hashlib.sha256(b"something else").hexdigest())
    versions = house.s3.list_object_versions(Bucket=house.physical["DeskBucket"], Prefix=key.desk)["Versions"]
    assert [version["VersionId"] for version in versions] == [first]
