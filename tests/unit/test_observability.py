import json

import pytest

from intake.observability import Metric, count, log_failure


def test_a_failure_is_logged_by_what_and_where_and_never_by_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    try:
        int("nino@writers.example wrote: qanary")
    except ValueError as error:
        log_failure(error)
    (record,) = caplog.records
    said = vars(record)
    assert (record.levelname, record.exc_info, said["error"]) == ("ERROR", None, "ValueError")
    assert said["frames"][-1].startswith("test_observability.py:")
    assert "qanary" not in str(said)
    assert "nino" not in str(said)


def test_what_is_counted_has_its_reason_as_a_dimension(capsys: pytest.CaptureFixture[str]) -> None:
    count(Metric.MAIL_SENT, "summary")
    counted = json.loads(capsys.readouterr().out)
    assert (counted["MailSent"], counted["reason"]) == ([1.0], "summary")
