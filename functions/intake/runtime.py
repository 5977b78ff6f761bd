"""Settings of each function, and the only place that builds clients and adapters."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

import boto3
from botocore.config import Config
from pydantic import BaseModel, ConfigDict

from intake.adapters.applications import Applications
from intake.adapters.calls import load_calls
from intake.adapters.documents import DeskBucket, IncomingBucket
from intake.adapters.editors import Editors
from intake.adapters.ledger import Ledger
from intake.adapters.listing import Listing
from intake.adapters.mail import Mail
from intake.adapters.malware_scans import MalwareScans
from intake.adapters.proofs import Proofs
from intake.adapters.queues import Queue
from intake.adapters.receipts import LetThrough
from intake.adapters.reviews import Reviews
from intake.adapters.secrets import Secrets
from intake.adapters.sends import Sends
from intake.adapters.sign_ins import SignIns
from intake.adapters.tickets import Tickets
from intake.domain.call import Call
from intake.rendering.catalogues import TEMPLATES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


class Settings(BaseModel):
    """Read once from the environment, where the names are upper case; a missing one fails the cold start."""

    model_config = ConfigDict(frozen=True)

    powertools_service_name: str
    powertools_metrics_namespace: str


class ApplySettings(Settings):
    table_name: str
    incoming_bucket: str
    public_base: str
    token_secret_arn: str
    upload_url: str
    embed_origins: str
    proof_of_work: Literal["on", "off"]

    @property
    def asks_for_proof(self) -> bool:
        return self.proof_of_work == "on"


class VerdictSettings(Settings):
    """Of the two that record verdicts: inspect and scan."""

    table_name: str
    incoming_bucket: str
    desk_bucket: str
    malware_scan: Literal["on", "off"]

    @property
    def is_scanning(self) -> bool:
        return self.malware_scan == "on"


class InspectSettings(VerdictSettings):
    pass


class ScanSettings(VerdictSettings):
    pass


class RelaySettings(Settings):
    notify_queue_url: str


class NotifySettings(Settings):
    table_name: str
    public_base: str
    token_secret_arn: str
    sender: str
    editor_email: str
    configuration_set: str
    admin_email: str


class DeliverySettings(Settings):
    table_name: str


class DeskSettings(Settings):
    table_name: str
    desk_bucket: str
    public_base: str
    token_secret_arn: str
    sender: str
    editor_email: str
    configuration_set: str


class KeepSettings(Settings):
    table_name: str
    incoming_bucket: str
    desk_bucket: str
    inspect_queue_url: str
    notify_queue_url: str
    scan_queue_url: str
    erase_queue_url: str


class EraseSettings(Settings):
    table_name: str
    incoming_bucket: str
    desk_bucket: str


SETTINGS: dict[str, type[Settings]] = {
    "apply": ApplySettings,
    "inspect": InspectSettings,
    "scan": ScanSettings,
    "relay": RelaySettings,
    "notify": NotifySettings,
    "delivery": DeliverySettings,
    "desk": DeskSettings,
    "keep": KeepSettings,
    "erase": EraseSettings,
}
"""Each function's model by its POWERTOOLS_SERVICE_NAME; template.yaml sets exactly these names."""


@cache
def settings[T: Settings](model: type[T]) -> T:
    return model.model_validate({name.lower(): value for name, value in os.environ.items()})


def calls() -> Mapping[str, Call]:
    """Every call, by id; read once."""
    return load_calls(TEMPLATES / "calls")


def now() -> datetime:
    """The time, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


CONNECT_SECONDS = 2
READ_SECONDS = 5
"""How long AWS may be silent before an answer counts as lost. A function must outlive the silence of whatever it may go
on without: one that was ended while it waited has not said so, and comes back to the same silence."""
S3_READ_SECONDS = 10
"""A copy is made before S3 answers."""
SES_READ_SECONDS = 20
"""Long: a mail whose answer was lost has to be waited for."""
CODE_READ_SECONDS = 8
"""SES again, while an editor waits for a code."""


@cache
def _client(service: str, read_timeout: int = READ_SECONDS, **retries: int) -> Any:
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=read_timeout, retries=cast(Any, retries or None))
    # boto3's service names are literal types; one untyped door here spares an overload for each.
    return boto3.client(service, config=config)  # type: ignore[call-overload]


@cache
def _dynamodb() -> "DynamoDBClient":
    client: DynamoDBClient = _client("dynamodb")
    return client


@cache
def _s3() -> "S3Client":
    client: S3Client = boto3.client(
        "s3",
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "virtual"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=S3_READ_SECONDS,
            retries={"total_max_attempts": 3},
        ),
    )
    return client


@cache
def applications(table_name: str) -> Applications:
    return Applications(_dynamodb(), table_name)


@cache
def sends(table_name: str) -> Sends:
    return Sends(_dynamodb(), table_name)


@cache
def let_through(table_name: str) -> LetThrough:
    return LetThrough(_dynamodb(), table_name)


@cache
def editors(table_name: str, first_editor: str) -> Editors:
    return Editors(_dynamodb(), table_name, first_editor)


@cache
def sign_ins(table_name: str) -> SignIns:
    return SignIns(_dynamodb(), table_name)


@cache
def proofs(table_name: str) -> Proofs:
    return Proofs(_dynamodb(), table_name)


@cache
def reviews(table_name: str) -> Reviews:
    return Reviews(_dynamodb(), table_name)


@cache
def incoming_bucket(name: str) -> IncomingBucket:
    return IncomingBucket(_s3(), name)


@cache
def desk_bucket(name: str) -> DeskBucket:
    return DeskBucket(_s3(), name)


@cache
def malware_scans(incoming_bucket: str) -> MalwareScans:
    # One attempt: whoever asks holds the document either way.
    return MalwareScans(_client("guardduty", total_max_attempts=1), incoming_bucket)


@cache
def listing(bucket: str, prefix: str) -> Listing:
    return Listing(_s3(), bucket, prefix)


@cache
def ledger(table_name: str) -> Ledger:
    return Ledger(_dynamodb(), table_name)


@cache
def queue(url: str) -> Queue:
    return Queue(_client("sqs"), url)


@cache
def secrets(secret_id: str) -> Secrets:
    return Secrets(_client("secretsmanager"), secret_id)


@cache
def mail(configuration_set: str, read_timeout: int = SES_READ_SECONDS) -> Mail:
    # One attempt: after a lost answer botocore's own retry would send the mail twice.
    return Mail(_client("sesv2", read_timeout, total_max_attempts=1), configuration_set)


def upload_url(settings: ApplySettings) -> str:
    """Where the incoming bucket takes POSTs: its regional address, or under the SDK's endpoint where one is set."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return f"{endpoint.rstrip('/')}/{settings.incoming_bucket}" if endpoint else settings.upload_url


def tickets(settings: ApplySettings) -> Tickets:
    """Built for each request: the role's credentials change while a worker lives."""
    session = boto3.Session()
    credentials = session.get_credentials()
    if credentials is None:
        raise RuntimeError("no credentials to sign upload tickets with")
    return Tickets(credentials, session.region_name, settings.incoming_bucket, upload_url(settings))


def forget() -> None:
    """Drops every cached setting and client; for tests, which change the environment."""
    for cached in globals().values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
