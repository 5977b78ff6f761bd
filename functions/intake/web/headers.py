"""The headers of every answer, in one place (ASVS 5.0 3.4)."""

from http import HTTPStatus
from urllib.parse import urlsplit


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


RETRY_AFTER_SECONDS = 30


def retry_after(status: int) -> dict[str, str | list[str]]:
    """What an answer with this status adds: with 503, when to come again (RFC 9110, section 10.2.3)."""
    return {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def security_headers(upload_url: str, embed_origins: str) -> dict[str, str]:
    """Headers for pages and API alike; what an answer says itself goes before them. `embed_origins` (space separated)
    may show the form in a frame."""
    bucket = origin_of(upload_url)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {bucket}",
        # 'self' too: Chromium also checks the page that S3 redirects to.
        "form-action": f"'self' {bucket}",
        "frame-ancestors": f"'self' {embed_origins}".strip(),
        "base-uri": "'none'",
    }
    return _headers(policy)


def desk_security_headers(download_url: str) -> dict[str, str]:
    """Headers for the desk: no script at all, and nobody may show it in a frame (ASVS 5.0 3.4.6)."""
    policy = {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        # The bucket too: Chromium checks where the answer to a form redirects to.
        "form-action": f"'self' {origin_of(download_url)}",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return _headers(policy)


def _headers(policy: dict[str, str]) -> dict[str, str]:
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
