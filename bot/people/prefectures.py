"""The 47 prefectures and their codes.

Source: JIS X 0401, 都道府県コード; the order is the code.
"""

from typing import Final

from bot.people.written import UnreadableError, folded

JAPANESE: Final = """
    北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県
    東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県
    滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県
    香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県
""".split()  # noqa: SIM905 - 47 quoted words are harder to read
ENGLISH: Final = """
    Hokkaido Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama
    Chiba Tokyo Kanagawa Niigata Toyama Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi
    Mie Shiga Kyoto Osaka Hyogo Nara Wakayama Tottori Shimane Okayama Hiroshima Yamaguchi
    Tokushima Kagawa Ehime Kochi Fukuoka Saga Nagasaki Kumamoto Oita Miyazaki Kagoshima
    Okinawa
""".split()  # noqa: SIM905 - 47 quoted words are harder to read
#: Two digits.
CODES: Final = tuple(f"{number:02}" for number in range(1, len(JAPANESE) + 1))


def _names(code: str, japanese: str, english: str) -> list[str]:
    short = japanese if japanese == "北海道" else japanese[:-1]
    return [code, code.lstrip("0"), japanese, short, english, *_suffixed(english)]


def _suffixed(english: str) -> list[str]:
    return [f"{english}{suffix}" for suffix in ("-to", "-do", "-fu", "-ken", " Prefecture")]


_BY_NAME: Final = {
    folded(name): code
    for code, japanese, english in zip(CODES, JAPANESE, ENGLISH, strict=True)
    for name in _names(code, japanese, english)
}


def parse_prefecture(text: str) -> str:
    """Return the code of a prefecture given by name, with or without 都道府県, or by code.

    Raises:
        UnreadableError: there is none of that name.
    """
    try:
        return _BY_NAME[folded(text)]
    except KeyError:
        raise UnreadableError(
            ja="都道府県ではありません。東京都 のように入力してください",
            en="is not a prefecture; write it like Tokyo",
        ) from None
