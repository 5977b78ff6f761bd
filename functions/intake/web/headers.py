"""The headers of every answer, in one place (DESIGN: Headers; ASVS 5.0 3.4)."""

from urllib.parse import urlsplit


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def security_headers(upload_url: str, embed_origins: str) -> dict[str, str]:
    """Headers for pages and API alike. `embed_origins` (space separated) may show the form in a frame."""
    bucket = origin_of(upload_url)
    return _headers({
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
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
