"""What is written can be read, means the same, and leaves the words of others alone."""

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import folder, writing
from bot.content.model import Document, Kind
from bot.content.yaml_source import Source
from bot.definitions.difference import differences

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.dates(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        ["yes", "1990-04-01", "08:30", "0x1f", "~", "", ">=", "a: b", "# c", "店\n名"]
    ),
)
NAMES = st.text(st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=8)
VALUES = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS,
        lambda parts: st.lists(parts, max_size=4) | st.dictionaries(NAMES, parts, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again_as_it_was(values: dict[str, object]) -> None:
    read = Source(writing.text_of(values), name="written").values
    assert list(differences(values, read)) == []
    assert read == values


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_a_difference_is_none_only_between_what_is_the_same(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert (list(differences(one, other)) == []) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return sorted((name, _sorted(inner)) for name, inner in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def test_items_of_a_list_are_told_apart_by_their_keys() -> None:
    before = {"choices": [{"value": "a", "label": 1}, {"value": "b", "label": 2}]}
    after = {"choices": [{"value": "new", "label": 0}, *before["choices"][::-1]]}
    assert [str(each) for each in differences(before, after)] == [
        'choices[new]: + {"value": "new", "label": 0}',
        "choices (order): a, b -> new, b, a",
    ]
    assert [str(each) for each in differences({"from": date(2026, 4, 1)}, {})] == [
        "from: - 2026-04-01"
    ]


def test_a_change_of_one_leaves_the_lines_of_the_others(account: Path) -> None:
    reading = folder.read(account)
    blue = Source("key: event\nlabel: {ja: 青, en: Blue}\ncolour: '#0000FF'\n", name="new")
    documents = [
        Document(Kind.TAG, "event", blue) if each.key == "event" else each
        for each in reading.documents
        if each.key != "reservation"
    ]
    documents.append(
        Document(Kind.TAG, "new", Source("key: new\nlabel: {ja: 新, en: New}", name="n"))
    )
    written = writing.files(documents, reading.texts)
    last = reading.texts["tags.yaml"].splitlines()
    now = written["tags.yaml"].splitlines()
    assert now[0] == last[0]  # the comment on top
    assert set(last) - set(now) == {line for line in last if "event" in line or "reserv" in line}
    assert "  - {key: event, label: {ja: 青, en: Blue}, colour: '#0000FF'}" in now
    assert now[-1] == "  - {key: new, label: {ja: 新, en: New}}"
    assert {path: written[path] for path in written if path != "tags.yaml"} == {
        path: text for path, text in reading.texts.items() if path != "tags.yaml"
    }
