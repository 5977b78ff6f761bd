"""The name under which a file was sent, as S3 gives it back."""

from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.adapters.documents import IncomingBucket
from intake.domain.document import DocumentKey, DocumentKind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = DocumentKey(application_id="0" * 40, kind=DocumentKind.CV, attempt=1)


def shown(said: str) -> str | None:
    """The file's name, where this is what S3 says of it."""

    class S3:
        def head_object(self, **_: Any) -> dict[str, Any]:
            return {"Metadata": {"filename": said}, "VersionId": "v", "ETag": '"e"', "ContentLength": 1}

    found = IncomingBucket(cast("S3Client", S3()), "incoming").find(KEY)
    return found.filename if found else None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("CV.pdf", "CV.pdf"),
        ("=?UTF-8?B?4YOg4YOU4YOW4YOY4YOj4YOb4YOULnBkZg==?=", "რეზიუმე.pdf"),
        ("=?utf-8?Q?r=C3=A9sum=C3=A9?= .pdf", "résumé .pdf"),
        ("=?koi8-r?B?8sXa?=.pdf", "Рез.pdf"),
        ("r\xc3\xa9sum\xc3\xa9 %22new%22.pdf", 'résumé "new".pdf'),
    ],
)
def test_a_name_is_shown_as_it_was_typed(said: str, meant: str) -> None:
    assert shown(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "=?unknown-8bit?Q?CV?=.pdf",
        "=?nosuch?q?abc?=",
        "=?hex?q?abc?=",
        "=?idna?q?abc?=",
        "=?undefined?q?abc?=",
        "=?utf-8?b?a?=",
        "=??q?a?==?nosuch?b?YQ==?=",
    ],
)
def test_what_only_looks_like_an_encoded_word_is_a_name_too(said: str) -> None:
    assert shown(said) == said


CHARSETS = st.sampled_from(("utf-8", "utf-16", "utf-7", "big5", "hz", "idna", "punycode", "rot13", "zlib")) | st.text(
    st.characters(), max_size=8
)
WORDS = st.builds("=?{}?{}?{}?=".format, CHARSETS, st.sampled_from("QqBb"), st.text(st.characters()))


@given(st.lists(st.text(st.characters()) | WORDS).map("".join))
@example("=?a\0b?q?a?=")
@example("=?\ud800?q?a?=")
@example("=?utf-8?q?\ud800?= \ud800")
def test_every_file_has_a_name_that_can_be_stored(said: str) -> None:
    name = shown(said)
    assert (name is None) == (said == "")
    assert 0 < len((name or "document").encode()) <= 255
