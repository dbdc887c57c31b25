"""Tabs: menus that lead to each other count as one, and the friend chooses among them.

definitions -> Tabs -> (is what the friend sees another menu, or a tab of the same?)
"""

from collections.abc import Collection, Iterable, Mapping

from richmenus.definition import Menu, tab_sets


class Tabs:
    """Which menus are tabs of one set."""

    def __init__(self, sets: Iterable[frozenset[str]] = ()) -> None:
        self._sets = {key: together for together in sets for key in together}

    @classmethod
    def of(cls, menus: Mapping[str, Menu], *, others: Collection[str] = ()) -> "Tabs":
        """Read which menus lead to each other; of ``others`` it is not known."""
        alone = (frozenset({key}) for key in others)
        return cls([*alone, *tab_sets(menus).values()])

    @property
    def keys(self) -> Collection[str]:
        """Every menu there is, those included that lead nowhere."""
        return self._sets.keys()

    def same(self, one: str, other: str) -> bool:
        """Whether one menu is as good as the other."""
        return one == other or other in self._sets.get(one, ())

    def is_tab(self, menu: str) -> bool:
        """Whether other menus lead to this one."""
        return len(self._sets.get(menu, ())) > 1

    def is_gone(self, tab: str | None) -> bool:
        """Whether a friend has chosen a menu that is defined no more."""
        return tab is not None and bool(self._sets) and tab not in self._sets

    def fitting(self, tab: str | None, menu: str) -> str | None:
        """Return the tab if it is one of a menu's set, and none otherwise."""
        return tab if tab is not None and self.same(menu, tab) else None
