"""Faults: what LINE does to a call when something goes wrong, on demand.

fault rules -> first match of an API call -> before the call is handled, or after it
"""

import itertools
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """How a call goes wrong."""

    #: Refused with a status, nothing done.
    STATUS = "status"
    #: Answered late.
    DELAY = "delay"
    #: The connection breaks before anything is done.
    RESET = "reset"
    #: Done, and then no answer.
    ACCEPT_THEN_TIMEOUT = "accept-then-timeout"
    #: Done, and then answered 500.
    ACCEPT_THEN_500 = "accept-then-500"


class InvalidFaultError(Exception):
    """A fault that cannot be set up; the message says why."""


@dataclass(slots=True)
class Fault:
    """One rule: which calls, what happens, how often."""

    fault_id: int
    path: str
    kind: FaultKind
    method: str | None
    status: int
    message: str
    delay_seconds: float
    #: How often it strikes at most; None means always.
    times: int | None
    #: Of 1; rolled for every matching call.
    probability: float
    pattern: re.Pattern[str]
    struck: int = 0

    def wire(self) -> dict[str, Any]:
        """Return the fault as the control API shows it."""
        return {
            "id": self.fault_id,
            "path": self.path,
            "method": self.method,
            "kind": self.kind,
            "status": self.status,
            "message": self.message,
            "delaySeconds": self.delay_seconds,
            "times": self.times,
            "probability": self.probability,
            "struck": self.struck,
        }

    def matches(self, method: str, path: str) -> bool:
        """Tell whether this fault is about the call and has strikes left."""
        return (
            (self.times is None or self.struck < self.times)
            and self.method in {None, method}
            and self.pattern.match(path) is not None
        )


class Faults:
    """The faults set up now."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a repeatable dice, not a secret
        self._numbers = itertools.count(1)
        self.rules: list[Fault] = []

    def add(self, order: Mapping[str, Any]) -> Fault:
        """Set up a fault from the control API's JSON.

        Raises:
            InvalidFaultError: no path, or no such kind.
        """
        if not isinstance(order.get("path"), str):
            raise InvalidFaultError("path is missing: a prefix or a template of LINE's path")
        if order.get("kind") not in set(FaultKind):
            raise InvalidFaultError(f"kind must be one of {', '.join(FaultKind)}")
        if "seed" in order:
            self._random.seed(order["seed"])
        fault = Fault(
            fault_id=next(self._numbers),
            path=order["path"],
            kind=FaultKind(order["kind"]),
            method=order.get("method"),
            status=int(order.get("status", 500)),
            message=order.get("message", _message_of(int(order.get("status", 500)))),
            delay_seconds=float(order.get("delaySeconds", order.get("seconds", 3))),
            times=order.get("times"),
            probability=float(order.get("probability", 1)),
            pattern=_pattern(order["path"]),
        )
        self.rules.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """Return the fault that befalls a call, counting the strike."""
        for fault in self.rules:
            if fault.matches(method, path) and self._random.random() < fault.probability:
                fault.struck += 1
                return fault
        return None

    def remove(self, fault_id: int) -> bool:
        """Take one fault away; False when there is none of that id."""
        before = len(self.rules)
        self.rules = [fault for fault in self.rules if fault.fault_id != fault_id]
        return len(self.rules) < before

    def clear(self) -> None:
        """Take all faults away."""
        self.rules.clear()


def _pattern(path: str) -> re.Pattern[str]:
    """Compile a prefix or template: ``{name}`` stands for one path segment."""
    parts = re.split(r"\{[^}]*\}", path.removesuffix("*"))
    return re.compile("[^/]+".join(map(re.escape, parts)))


def _message_of(status: int) -> str:
    return {
        401: "Authentication failed. Confirm that the access token in the authorization header"
        " is valid.",
        403: "Access to this API is not available for your account",
        404: "Not found",
        429: "The API rate limit has been exceeded. Try again later.",
    }.get(status, "Internal server error")
