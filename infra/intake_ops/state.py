"""One state of a page, as pictures and accessibility tests reach it."""

from collections.abc import Callable
from dataclasses import dataclass

from intake_ops.visitor import Visitor


@dataclass(frozen=True)
class State:
    """`template` is the one of templates/web that shows it; `reach` brings a visitor there."""

    name: str
    template: str
    reach: Callable[[Visitor], None]
    has_script: bool = True
