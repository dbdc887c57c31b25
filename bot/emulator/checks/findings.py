"""Where a violation is, and the list of all violations found."""

from dataclasses import dataclass, field

from bot.emulator.errors import Detail


@dataclass(frozen=True, slots=True)
class At:
    """A place in a JSON document.

    LINE writes ``messages[0].text`` for most objects, ``template/actions/0/uri`` inside
    templates and ``/hero/url`` inside flex containers.
    """

    path: str
    slashes: bool = False

    def key(self, name: str) -> "At":
        """Go to a property."""
        if self.slashes:
            return At(f"{self.path}/{name}", slashes=True)
        return At(f"{self.path}.{name}" if self.path else name)

    def item(self, index: int) -> "At":
        """Go to an element."""
        if self.slashes:
            return At(f"{self.path}/{index}", slashes=True)
        return At(f"{self.path}[{index}]")


ROOT = At("")


@dataclass(slots=True)
class Findings:
    """Violations in the order they were found."""

    details: list[Detail] = field(default_factory=list)

    def add(self, at: At, message: str) -> None:
        """Note a violation."""
        self.details.append(Detail(message, at.path))

    def __bool__(self) -> bool:
        return bool(self.details)
