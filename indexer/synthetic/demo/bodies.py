"""The invented bodies of the demo corpus: their ranks, what they are called in which year, what became of them.

One is renamed by the reform of 2018, one is merged into another, of two a year is missing, one corrects a report. The
rule: every name begins with 示例, so that none can be taken for a body that exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from indexer.synthetic.reports import agencies, slug_of

REFORM = 2018
"""The year of the reform that renames one body and merges another."""

FOUNDED = 2000
"""The first year of the name that the renamed body had before."""


class Body(Struct, frozen=True):
    """An invented body. ``own`` is what it calls itself in a sentence (我部).

    Until the reform it bears the name ``former``, "" for the same. ``merged_into`` is the key of the body that takes
    its place at the reform, "" if none does. ``missing`` is a year whose report is not in the corpus, ``corrected``
    one of which there are two editions, 0 for none.
    """

    key: str
    name: str
    rank: str
    own: str
    aliases: tuple[str, ...] = ()
    former: str = ""
    merged_into: str = ""
    missing: int = 0
    corrected: int = 0

    def name_in(self, year: int) -> str:
        """The name that its report about ``year`` prints."""
        return self.former if self.former and year < REFORM else self.name

    def exists_in(self, year: int) -> bool:
        """Whether it reports about ``year``."""
        return not (self.merged_into and year >= REFORM)

    def years_held(self, years: Sequence[int]) -> list[int]:
        """The years of ``years`` of which the corpus has a report of it."""
        return [year for year in years if self.exists_in(year) and year != self.missing]


LISTED = (
    Body("shili-waishi", "示例外事服务部", "部委", "我部", aliases=("示例外服部",)),
    Body("shili-jia", "示例甲省人民政府", "省级政府", "我省", aliases=("示例甲省政府",), corrected=2020),
    Body("shili-jia-ziyuan", "示例甲省自然资源厅", "省级部门", "我厅", former="示例甲省国土资源厅"),
    Body("shili-yi-shangwu", "示例乙市商务局", "市级部门", "我局"),
    Body("shili-yi-liangshi", "示例乙市粮食局", "市级部门", "我局", merged_into="shili-yi-shangwu"),
    Body("shili-bing-jiaoyu", "示例丙县教育局", "县级部门", "我局", missing=2012),
    Body("shili-ding-minzheng", "示例丁区民政局", "区级部门", "我局", missing=2016),
    Body("shili-wu", "示例戊镇人民政府", "乡镇政府", "我镇", aliases=("示例戊镇政府",)),
)
"""The bodies by default, in order: of a smaller corpus the first ones."""


def bodies(number: int) -> tuple[Body, ...]:
    """``number`` bodies: those listed, then further ones without any story."""
    return (*LISTED, *_further(number - len(LISTED)))[:number]


def _further(number: int) -> Iterator[Body]:
    for name in agencies()[: max(0, number)]:
        yield Body(slug_of(name), name, "", "我省" if name.endswith("政府") else "我局")
