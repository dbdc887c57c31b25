"""What the console's menu offers; each page module names its own entry."""

from dataclasses import dataclass

from bot.staff.model import StaffMember
from bot.staff.rights import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the menu, seen by those who have the right."""

    label: str
    path: str
    #: A symbol of static/icons.svg.
    icon: str
    #: None: everybody who is signed in.
    right: Right | None
    position: int
    #: The heading it stands under; empty: above all headings.
    group: str = ""

    def is_for(self, member: StaffMember) -> bool:
        """Whether a member may open it."""
        return self.right is None or member.may(self.right)

    def is_open(self, path: str) -> bool:
        """Whether a page belongs to it."""
        at_home = self.path == "/console/"
        return path == self.path if at_home else path.startswith(self.path)
