"""The signing keys, read from Secrets Manager and kept for a few minutes."""

import json
import time
from typing import TYPE_CHECKING

from intake.domain.token import TokenKeys

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_KEPT_SECONDS = 300
"""How long a rotated key may take to reach every worker; the old key stays valid meanwhile."""


class Secrets:
    def __init__(self, client: "SecretsManagerClient", secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id
        self._kept: TokenKeys | None = None
        self._kept_until = 0.0

    def token_keys(self) -> TokenKeys:
        """The keys of `{"current": key id, key id: key, ...}`. Raises when the secret cannot be read: no fallback."""
        if self._kept is None or time.monotonic() >= self._kept_until:
            values = json.loads(self._client.get_secret_value(SecretId=self._secret_id)["SecretString"])
            current = values.pop("current")
            self._kept = TokenKeys(current=current, keys={key_id: key.encode() for key_id, key in values.items()})
            self._kept_until = time.monotonic() + _KEPT_SECONDS
        return self._kept
