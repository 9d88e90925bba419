"""Random texts of everything that folding, numbers and readings have rules for."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = [
    *(
        "领事保护",
        "領事保護",
        "答覆",
        "回覆",
        "瞭解",
        "乾隆",
        "沈默",
        "為了",
        "⽅",
        "⻋",
        "㐂",
        "𠮷",
        "干",
        "乾",
        "幹",
    ),
    *(
        "1,234",
        "１，２３４",
        "1234",
        "350",
        "3",
        "12.5",
        "112.5",
        "5.6.7",
        "0",
        "00",
        "5",
        "%",
        "-183",
        "1,234.5",
    ),
    *("件", "条", "个", "年", "月", "第", "元", "项", "部署", "余", "点", "分之", "统"),
    *(
        "二〇二三",
        "二零二三年",
        "二○一九",
        "二0二三",
        "十三",
        "三百二十一件",
        "一",
        "三",
        "两千个",
        "一万二千件",
        "十万",
    ),
    *("一带一路", "第十二条", "第（一）项", "o", "○"),
    *("，", "。", ",", ".", "、", "“", "」", "'", "《", "—", "——", "-", "⸺", "~", "〜"),
    *("①", "²", "½", "⒈", "⑴", "⑳", "㎡", "Ⅳ", "ﬁ"),
    *(" ", "\u3000", "\u00a0", "\n", "\r\n", "\t", "\u200b", "\u00ad", "\ufeff", "\ufe0f", "\u2028"),
    *("5千万", "3千", "2.5千万", "3亿5千", "三万亿", "三千余"),
    *("Wi-Fi", "e-", "-b", "a4-", "覆核", "臺帳", "身分", "靑"),
    *("a", "B", "Ｃ", "é", "e\u0301", "ß", "İ", "\u0301", "ｶﾞ", "´", "\ufdfa", "\u1100\u1161\u11a8"),
]
"""Strings that meet every rule, alone and beside each other."""

pieces = st.sampled_from(PIECES)
ruled = st.lists(pieces, max_size=9).map("".join)
"""Short texts of the pieces above."""
wild = st.lists(st.one_of(pieces, st.characters()), max_size=10).map("".join)
"""The same with any character whatsoever in between, lone surrogates included."""
chinese = st.text("领事保护公开与报告條總說", min_size=1, max_size=8)
