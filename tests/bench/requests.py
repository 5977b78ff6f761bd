"""Every AWS request of one application, counted on moto."""

from collections import Counter
from typing import Any

import boto3
import pytest

import documents
from house import House
from intake.handlers import inspect
from people import ApiClient


def requests_of_one_application() -> list[tuple[str, str]]:
    """Every AWS request that our functions make for one application with three files, until its mails are out."""
    asked: Counter[str] = Counter()

    def record(model: Any, **_: Any) -> None:
        asked[f"{model.service_model.service_name} {model.name}"] += 1

    files = {
        "cv": ("cv.pdf", documents.pdf()),
        "cover_letter": ("letter.docx", documents.docx()),
        "writing_sample": ("sample.odt", documents.odt()),
    }
    with pytest.MonkeyPatch.context() as monkeypatch, House.built(monkeypatch) as house:
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION is not None
        boto3.DEFAULT_SESSION.events.register("before-call", record)
        ApiClient(house).apply(files)
        house.settle()
    boto3.DEFAULT_SESSION = None
    inspect.sandbox().close()
    return [(name, str(number)) for name, number in sorted(asked.items())]
