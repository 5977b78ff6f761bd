"""Which proofs of work were used, and for what; the rows go by TTL once the proof is too old to be used again."""

from typing import TYPE_CHECKING

from intake.adapters.rows import epoch, key, to_item
from intake.domain.proof import Proof

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Proofs:
    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def use(self, proof: Proof, application_id: str) -> bool:
        """Takes the proof for this application; False where it was used for another one."""
        row = {"used_for": application_id, "expires_at": epoch(proof.expires_at)}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=key(f"seen#{proof.id}", "proof") | to_item(row),
                ConditionExpression="attribute_not_exists(pk) OR used_for = :application",
                ExpressionAttributeValues=to_item({":application": application_id}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
