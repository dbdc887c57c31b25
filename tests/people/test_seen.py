"""Rows of one key are told apart from all others, and a million of them take little room."""

import tracemalloc

import pytest

from bot.people.csv_file import CsvError
from bot.people.seen import FirstRows


def test_the_first_row_of_each_key_is_known_in_a_few_bytes() -> None:
    count = 50_000
    tracemalloc.start()
    rows = FirstRows(2 * count)
    for row in range(count):
        assert rows.of(f"090{row:08}", row + 2) == row + 2
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 40 * 2 * count
    assert [rows.of(f"090{row:08}", 9) for row in range(0, count, 1_000)] == list(
        range(2, count + 2, 1_000)
    )


def test_a_file_that_grows_while_it_is_read_is_refused() -> None:
    rows = FirstRows(3)
    for number in (2, 3, 4):
        rows.of(str(number), number)
    assert rows.of("3", 5) == 3
    with pytest.raises(CsvError, match="has grown since it was opened; import it again"):
        rows.of("5", 5)
