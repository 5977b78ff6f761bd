"""What a new process of each function costs, against one that only builds boto3's clients."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from house import BASE

ROOT = Path(__file__).parent.parent.parent

COLD_STARTS = {
    "boto3 with its s3 and dynamodb clients (the baseline)": """
import boto3
boto3.client("s3")
boto3.client("dynamodb")""",
    "apply, a call of the API": """
from intake.handlers.apply import handler
from house import LambdaContext
event = {"version": "2.0", "rawPath": "/api/calls/contributors", "rawQueryString": "", "headers": {},
         "requestContext": {"http": {"method": "GET", "path": "/api/calls/contributors"}, "stage": "$default"}}
assert handler(event, LambdaContext())["statusCode"] == 200""",
    "relay, import": "import intake.handlers.relay",
    "notify, import": "import intake.handlers.notify",
    "inspect, import": "import intake.handlers.inspect",
}
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "POWERTOOLS_SERVICE_NAME": "apply",
    "POWERTOOLS_METRICS_NAMESPACE": "contributor-intake",
    "TABLE_NAME": "table",
    "INCOMING_BUCKET": "incoming",
    "PUBLIC_BASE": BASE,
    "TOKEN_SECRET_ARN": "secret",
    "UPLOAD_URL": "https://incoming.s3.eu-central-1.amazonaws.com",
    "EMBED_ORIGINS": "",
    "PROOF_OF_WORK": "off",
    "PYTHONPATH": f"{ROOT}/functions:{ROOT}/infra:{ROOT}/tests",
}


def medians_of_processes(codes: dict[str, str], rounds: int) -> dict[str, float]:
    """Seconds from the start to the end of a new interpreter that runs each code, interleaved."""
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(rounds):
        for name, code in codes.items():
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", code], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL
            )
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def cold_starts(rounds: int) -> list[tuple[str, str, str]]:
    medians = medians_of_processes(COLD_STARTS, rounds)
    baseline = next(iter(medians.values()))
    return [(name, f"{1000 * found:.0f}", f"{found / baseline:.2f}") for name, found in medians.items()]
