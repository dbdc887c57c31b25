"""Files as shops have them: what each of them is, and what is wrong with it."""

import codecs
from pathlib import Path

import pytest

from bot.people.csv_file import CsvError, CsvFile

TEXT = "会員,お名前\r\n1,髙山 花\r\n2,鈴木﨑 ①～\r\n"


def opened(folder: Path, content: bytes) -> CsvFile:
    path = folder / "customers.csv"
    path.write_bytes(content)
    return CsvFile.open(path)


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_each_encoding_is_recognised_and_read(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    file = opened(tmp_path, TEXT.replace("\r\n", line_end).encode(encoding))
    assert file.encoding == encoding
    assert file.headings == ("会員", "お名前")
    assert file.row_count == 2
    assert [row.cells for row in file.rows()] == [["1", "髙山 花"], ["2", "鈴木﨑 ①～"]]


def test_the_unicode_text_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = "会員\tお名前\r\n1\t髙山 花\r\n"
    file = opened(tmp_path, codecs.BOM_UTF16_BE + text.encode("utf-16-be"))
    assert [row.cells for row in file.rows()] == [["1", "髙山 花"]]


def test_half_width_katakana_of_an_old_system_is_read(tmp_path: Path) -> None:
    file = opened(tmp_path, "名,ﾌﾘｶﾞﾅ\n花,ﾔﾏﾀﾞ ﾊﾅ\n".encode("cp932"))
    assert [row.cells for row in file.rows()] == [["花", "ﾔﾏﾀﾞ ﾊﾅ"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_each_delimiter_is_recognised(tmp_path: Path, delimiter: str) -> None:
    file = opened(tmp_path, TEXT.replace(",", delimiter).encode())
    assert file.headings == ("会員", "お名前")


def test_rows_are_numbered_as_spreadsheets_do(tmp_path: Path) -> None:
    file = opened(tmp_path, b'a,b\n1,"two\nlines"\n\n , \n2,x\n')
    assert [(row.number, row.cells[0]) for row in file.rows()] == [(2, "1"), (5, "2")]
    assert file.row_count == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TEXT.encode("utf-16-le"), "no Shift_JIS"),
        (TEXT.encode("utf-16") + b"\n", "no Shift_JIS"),
        (b"a,\x81 \n", "no Shift_JIS"),
        (("名\n" + "花子太郎\n" * 20).encode() + b"\xe8\n", "broken characters"),
        (TEXT.encode("utf-8-sig") + b"\xe8\n", "broken characters"),
        (b"", "no headings"),
        (b",,\n1,2,3\n", "no headings"),
        (b"a,,c\n", "column 2 has no heading"),
        (b"a,b,a\n", "two columns are headed a"),
        (b'a,b\n1,"open\n', "row 2"),
        (b'a,b\n1,2\n1,"x"y\n', "row 3"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, content: bytes, told: str
) -> None:
    with pytest.raises(CsvError, match=told):
        opened(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CsvError, match=r"none\.csv cannot be read"):
        CsvFile.open(tmp_path / "none.csv")
