"""The house with workers that can be killed. What AWS would deliver again it delivers again, once its time has come."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from house import House


class Killed(BaseException):
    """The worker is gone. No `except Exception` of ours stands in its way, as none would stand in a real one's."""


class Stage(House):
    """Clients repeat their request, queues and the stream their batch, the schedule comes round again."""

    interruptions: dict[str, list[list[Callable[[], object]]]]
    """What is to be done once at a call's event."""

    @contextmanager
    def interrupted(self, event: str, act: Callable[[], object]) -> Iterator[None]:
        """Does something in the middle of the next such call that a function makes ("after-call.s3.GetObject")."""
        waiting = [act]
        self.interruptions.setdefault(event, []).append(waiting)
        yield
        assert not waiting, f"no function came to {event}"

    def interrupt(self, event_name: str, **_: Any) -> None:
        for waiting in self.interruptions.get(event_name, []) if self.acting else ():
            if waiting:
                act, acting, self.acting = waiting.pop(), self.acting, None
                try:
                    act()
                finally:
                    self.acting = acting

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        try:
            return super().invoke(function, event)
        except Killed:
            # What had been stored before the death is announced, whoever is alive.
            self._announce_uploads()
            self._publish_stream()
            self.clock += self.wait(function)
            return super().invoke(function, event)

    def wait(self, function: str) -> timedelta:
        """How long until the same event comes again: the queue's visibility timeout, or the schedule's next turn."""
        for queue, properties in self._of_type("AWS::SQS::Queue"):
            if self._consumer(queue) == function:
                return timedelta(seconds=properties["VisibilityTimeout"])
        return timedelta(minutes=5) if function == "KeepFunction" else timedelta()

    def calm_down(self) -> None:
        """All queues emptied, and keep twice, each time after what it waits for."""
        self.settle()
        for minutes in (5, 11):
            self.keep(after=timedelta(minutes=minutes))
            self.settle()

    def send(self, queue: str, message: dict[str, Any]) -> None:
        self.sqs.send_message(QueueUrl=self.physical[queue], MessageBody=json.dumps(message))

    def uploaded(self, application_id: str) -> list[str]:
        """The keys of an application under which something lies."""
        return sorted(set(self.keys("IncomingBucket", f"incoming/{application_id}/")))

    @property
    def functions(self) -> dict[str, str]:
        """The functions of template.yaml: logical id by verb."""
        return {
            properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: name
            for name, properties in self._of_type("AWS::Serverless::Function")
        }
