"""The signing keys in Secrets Manager: read and kept for a few minutes, and replaced when they are rotated."""

import json
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from intake.domain.token import TokenKeys
from intake.errors import KeysUnavailableError
from intake.observability import log_failure

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_KEPT_SECONDS = 300
"""How long a new key may take to sign in every worker; the earlier keys stay valid meanwhile."""

_LOOK_AGAIN_SECONDS = 1.0
"""How soon the secret may be read again for a key id that is not known: made-up ids must not become a flood."""


class Secrets:
    def __init__(self, client: "SecretsManagerClient", secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id
        self._kept: TokenKeys | None = None
        self._read_at = 0.0

    def token_keys(self, key_id: str = "") -> TokenKeys:
        """The keys; read again where they are old, or do not have this id, which another worker may know already.

        Raises KeysUnavailableError when the secret cannot be read: there is no fallback.
        """
        age = time.monotonic() - self._read_at
        is_stranger = bool(key_id) and self._kept is not None and key_id not in self._kept.keys
        if self._kept is None or age >= _KEPT_SECONDS or (is_stranger and age >= _LOOK_AGAIN_SECONDS):
            self._kept = self._read()
            self._read_at = time.monotonic()
        return self._kept

    def _read(self) -> TokenKeys:
        """What lies there: `{"current": key id, key id: key, ...}`."""
        try:
            answer = self._client.get_secret_value(SecretId=self._secret_id)
        except (ClientError, BotoCoreError) as error:
            log_failure(error)
            raise KeysUnavailableError("The service cannot read its keys now; try again.") from None
        values = json.loads(answer["SecretString"])
        current = values.pop("current")
        return TokenKeys(current=current, keys={key_id: key.encode() for key_id, key in values.items()})

    def replace(self, keys: TokenKeys) -> None:
        """Puts these keys in place of those that lie there."""
        values = {"current": keys.current} | {key_id: key.decode() for key_id, key in keys.keys.items()}
        self._client.put_secret_value(SecretId=self._secret_id, SecretString=json.dumps(values))
