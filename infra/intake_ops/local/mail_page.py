"""/dev/mail: a plain page that lists the recorded mail and shows one."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

# Mail brings inline styles; nothing else may load or run. A mail's links open in a tab of their own.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; frame-ancestors 'none'"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }}
.note {{ border: 1px solid; padding: .5rem 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; overflow-wrap: anywhere }}
tr {{ border-bottom: 1px solid #8888 }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8888; padding: 1rem }}
iframe {{ width: 100%; height: 40rem; border: 1px solid #8888; background: #fff }}
</style>
</head>
<body>
<p class="note">Local only: this page stands in for people's mailboxes. Nothing was sent to anybody, and no deployed
service has such a page.</p>
<main>
{body}
</main>
</body>
</html>
"""


def list_page(mails: Sequence[dict[str, Any]]) -> str:
    """All mail, the newest first."""
    rows = "".join(
        f"<tr><td>{escape(mail['at'])}</td><td>{escape(', '.join(mail['to']))}</td>"
        f'<td><a href="/dev/mail/{number}">{escape(mail["subject"]) or "(no subject)"}</a></td></tr>\n'
        for number, mail in reversed(list(enumerate(mails)))
    )
    table = f"<table><thead><tr><th>At</th><th>To</th><th>Subject</th></tr></thead><tbody>\n{rows}</tbody></table>"
    found = table if mails else "<p>No mail yet.</p>"
    return _PAGE.format(title="Mail", body=f'<h1>Mail</h1>\n{found}\n<p><a href="/dev/mail.json">As JSON</a></p>')


def mail_page(mail: dict[str, Any]) -> str:
    """One mail: headers, attachments, text, and the HTML in a frame that can run nothing."""
    headers = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>\n" for name, value in mail["headers"])
    attachments = "".join(
        f"<li>{escape(part['name'])} ({escape(part['type'])}, {part['size']} bytes)</li>"
        for part in mail["attachments"]
    )
    sections = [
        f"<h1>{escape(mail['subject']) or '(no subject)'}</h1>",
        f"<p>Delivered to {escape(', '.join(mail['to']))} at {escape(mail['at'])}</p>",
        f"<table><tbody>\n{headers}</tbody></table>",
        f"<h2>Attachments</h2><ul>{attachments}</ul>" if attachments else "",
        f"<h2>Text</h2><pre>{_with_links(mail['text'])}</pre>" if mail["text"] else "",
        f"<h2>HTML</h2>{_frame(mail['html'])}" if mail["html"] else "",
        '<p><a href="/dev/mail">All mail</a></p>',
    ]
    return _PAGE.format(title=escape(mail["subject"]) or "Mail", body="\n".join(filter(None, sections)))


def _with_links(text: str) -> str:
    """Every second part of the split is an address."""
    return "".join(
        f'<a href="{escape(part)}">{escape(part)}</a>' if number % 2 else escape(part)
        for number, part in enumerate(re.split(r"(https?://[^\s<>\"']+)", text))
    )


def _frame(html: str) -> str:
    content = escape(f'<base target="_blank">{html}')
    sandbox = "allow-popups allow-popups-to-escape-sandbox"
    return f'<iframe title="The mail as HTML" sandbox="{sandbox}" srcdoc="{content}"></iframe>'
