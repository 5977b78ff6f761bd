"""What `sam build` makes and `sam deploy` puts up is the service: once as it is, with TLS on."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from cloud.test_end_to_end import EDITOR, FILES, wait_for_mail
from http_service import HttpService
from intake_ops.local.cloud import LocalCloud
from people import ApiClient

pytestmark = pytest.mark.xdist_group("sam")


def test_one_application_through_the_deployed_artefacts_with_tls(tmp_path: Path) -> None:
    with LocalCloud(deploy="sam", tls=True, log_folder=tmp_path) as cloud:
        nino = ApiClient(HttpService(cloud.base_url, cloud.emulator.ssl_context()))
        reference = nino.apply(FILES)
        summary = wait_for_mail(cloud, EDITOR, reference)[0]
        assert reference in summary["subject"]
        wait_for_mail(cloud, "nino@writers.example", reference)
        assert {d["verdict"] for d in nino.status()["documents"]} == {"accept"}
        relay = cloud.client("lambda").get_function_configuration(FunctionName=cloud.outputs["RelayFunctionName"])
        keys = cloud.client("sts").assume_role(RoleArn=relay["Role"], RoleSessionName="thief")["Credentials"]
        thief = cloud.client(
            "dynamodb",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        with pytest.raises(ClientError) as refused:
            thief.scan(TableName=cloud.outputs["TableName"])
        assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
