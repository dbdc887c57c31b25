"""menus.yaml: which rich menu a friend should see.

    menus.yaml -> MenuRules.choose(surveys done) -> key of a menu in richmenus/

The first rule that fits wins; the default cannot be left out, so nobody is without a menu.
"""

from collections.abc import Set as AbstractSet

from bot.content.words import Key
from bot.content.yaml_source import Content, Several


class When(Content):
    """What must be true of the friend."""

    #: The survey has been answered to its end.
    survey_done: Key


class MenuRule(Content):
    """Who sees which menu."""

    when: When
    menu: Key


class MenuRules(Content):
    """All rules, in order."""

    rules: Several[MenuRule]
    default: Key

    def choose(self, *, surveys_done: AbstractSet[str]) -> str:
        """Return the key of the menu for a friend with these surveys done."""
        fitting = (rule.menu for rule in self.rules if rule.when.survey_done in surveys_done)
        return next(fitting, self.default)

    @property
    def menus(self) -> frozenset[str]:
        """Every menu that some friend can be shown."""
        return frozenset({self.default, *(rule.menu for rule in self.rules)})
