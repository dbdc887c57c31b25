"""Rules in words, in both languages."""

from typing import Any

import pytest
from hypothesis import given

from bot.segments import model
from bot.segments.explain import Explainer, lines
from bot.segments.facts import Facts
from bot.segments.memory import predicate
from bot.segments.resolve import resolve
from bot.segments.words import say
from tests.segments.samples import CATALOGUE, NOON, TODAY, facts, progress, rule
from tests.segments.strategies import rules, somebody

WOMAN = {"field": "attribute.sex", "op": "is", "value": "female"}
THIRTIES = {"field": "age", "op": "between", "value": [30, 39]}
MEMBER = {"field": "member", "op": "is", "value": True}
VIP = {"field": "tag", "op": "is", "value": "vip"}
SPENT = {"field": "attribute.spent", "op": ">=", "value": 12000}


@pytest.mark.parametrize(
    ("values", "ja", "en"),
    [
        (
            {"all": [WOMAN, THIRTIES, MEMBER]},
            "女性 かつ 30〜39歳 かつ 会員",
            "Female and 30–39 years and Member",
        ),
        (
            {"all": [{"any": [VIP, SPENT]}, {"not": MEMBER}]},
            "（タグに「特別」がある または お買上げが12,000円以上） かつ 会員ではない",
            "(Tag has “VIP” or Spent is at least 12,000 yen) and not Member",
        ),
        (
            {"field": "attribute.likes", "op": "all_of", "value": ["loaf", "cake"]},
            "お好きなものに「食パン」と「焼き菓子」がすべてある",
            "Likes has all of “Loaves” and “Cakes”",
        ),
        (
            {"field": "attribute.prefecture", "op": "any_of", "value": ["13", "14"]},
            "東京都か神奈川県",
            "Tokyo or Kanagawa",
        ),
        (
            {"field": "attribute.birth_date", "op": "anniversary_month", "value": "this"},
            "お誕生日が今月",
            "Birthday is this month",
        ),
        (
            {"field": "attribute.birth_date", "op": "before", "value": "1990-05-12"},
            "生年月日が1990年5月12日より前",
            "Date of birth is before 1990-05-12",
        ),
        (
            {"field": "survey.tea.question", "op": "is", "value": "cake"},
            "アンケート「Tea」の途中の質問が「2問目（Cake）」",
            "Survey “Tea”, question reached is “no. 2 (Cake)”",
        ),
        (
            {"field": "friendship_days", "op": "<", "value": 30},
            "友だち期間が30日未満",
            "Friend for is below 30 days",
        ),
        ({"field": "age", "op": ">=", "value": 65}, "65歳以上", "Age is at least 65 years"),
        ({"field": "attribute.name", "op": "not_set"}, "お名前の登録なし", "Name is not known"),
        ({"field": "purchase.last", "op": "not_set"}, "購入なし", "has bought nothing"),
        (
            {"field": "purchase.last", "op": "anniversary_month", "value": "this"},
            "最終購入日の月日が今月",
            "Anniversary of Last purchase is this month",
        ),
        (
            {"field": "purchase.last", "op": "before_last", "value": 90},
            "最終購入日が90日より前",
            "Last purchase is more than 90 days ago",
        ),
        (
            {"field": "attribute.spent", "op": "between", "value": [0.5, 1000.0]},
            "お買上げが0.5〜1,000円",
            "Spent is 0.5–1,000 yen",
        ),
        (
            {"field": "tag", "op": "none_of", "value": ["vip", "regular"]},
            "タグに「特別」も「常連さん」もない",
            "Tag has none of “VIP”, “Regular”",
        ),
        ({"all": []}, "すべての友だち", "everybody"),
        ({"any": []}, "だれにも当てはまらない", "nobody"),
    ],
)
def test_a_rule_reads_as_a_sentence(values: dict[str, Any], ja: str, en: str) -> None:
    assert say(rule(values), CATALOGUE, "ja") == ja
    assert say(rule(values), CATALOGUE, "en") == en


@pytest.mark.parametrize(
    ("values", "ja", "en"),
    [
        (WOMAN, "女性以外（登録なしを含む）", "Sex is not Female (including unknown)"),
        (
            WOMAN | {"op": "is_not"},
            "女性（登録なしを含む）",
            "Sex is Female (including unknown)",
        ),
        (MEMBER | {"value": False}, "会員", "Member"),
        ({"field": "linked", "op": "is", "value": True}, "ID連携済みではない", "not ID linked"),
        (VIP, "タグに「特別」がない", "Tag lacks “VIP”"),
        (
            SPENT,
            "お買上げが12,000円未満（登録なしを含む）",
            "Spent is below 12,000 yen (including unknown)",
        ),
        (
            {"field": "attribute.name", "op": "contains", "value": "麦"},
            "お名前に「麦」を含まない（登録なしを含む）",
            "Name does not contain “麦” (including unknown)",
        ),
        (
            {"field": "purchase.count", "op": "<", "value": 2},
            "購入回数が2回以上（購入なしを含む）",
            "Purchases is at least 2 times (including those who bought nothing)",
        ),
        ({"field": "attribute.name", "op": "set"}, "お名前の登録なし", "Name is not known"),
    ],
)
def test_a_negation_says_whether_those_count_of_whom_nothing_is_known(
    values: dict[str, Any], ja: str, en: str
) -> None:
    assert say(rule({"not": values}), CATALOGUE, "ja") == ja
    assert say(rule({"not": values}), CATALOGUE, "en") == en


def test_whoever_is_known_to_be_another_is_said_apart_from_who_never_told() -> None:
    other = rule(WOMAN | {"op": "is_not"})
    assert say(other, CATALOGUE, "ja") == "女性以外（登録なしを除く）"
    assert say(other, CATALOGUE, "en") == "Sex is not Female (without unknown)"


@given(rules)
def test_every_rule_has_words(drawn: model.Rule) -> None:
    for language in ("ja", "en"):
        words = say(drawn, CATALOGUE, language)
        assert words
        assert "{" not in words


@given(rules, somebody)
def test_every_rule_is_explained_for_everybody(drawn: model.Rule, friend: Facts) -> None:
    fits = predicate(resolve(drawn, CATALOGUE, TODAY))(friend)
    for language in ("ja", "en"):
        whole = Explainer(CATALOGUE, friend, TODAY, language).explain(drawn)
        assert whole.matched is fits
        assert len(list(lines(whole))) == str(model.written(drawn)).count("{")


def explained(values: dict[str, Any], **known: Any) -> str:
    explainer = Explainer(CATALOGUE, facts(**known), TODAY, "ja")
    return "\n".join(lines(explainer.explain(rule(values))))


def test_of_an_all_that_failed_the_parts_that_failed_decide() -> None:
    values = {"all": [WOMAN, THIRTIES, {"any": [VIP, MEMBER]}]}
    known = {"attributes": {"sex": "female", "birth_date": "1980-04-01"}}
    assert explained(values, **known) == (
        "* ✗ 女性 かつ 30〜39歳 かつ （タグに「特別」がある または 会員）\n"
        "    ✓ 女性  [女性]\n"
        "*   ✗ 30〜39歳  [46歳]\n"
        "*   ✗ タグに「特別」がある または 会員\n"
        "*     ✗ タグに「特別」がある  [タグがひとつもない]\n"
        "*     ✗ 会員  [いいえ]"
    )


def test_of_an_any_that_held_the_parts_that_held_decide() -> None:
    values = {"any": [VIP, {"not": {"field": "survey.tea", "op": "is", "value": "done"}}]}
    left = progress("paused", "cake")
    assert explained(values, surveys=left, followed_at=NOON) == (
        "* ✓ タグに「特別」がある または アンケート「Tea」が「回答済み」以外\n"
        "    ✗ タグに「特別」がある  [タグがひとつもない]\n"
        "*   ✓ アンケート「Tea」が「回答済み」以外\n"
        "*     ✗ アンケート「Tea」が「回答済み」  [あとで回答]"
    )
