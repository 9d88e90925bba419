"""Near-identical passages: a thousand generated ones against brute force, and what counts as near."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.generations.boilerplate_file import BOILERPLATE_FILE, read_boilerplate
from report_search.search.searcher import Searcher
from report_search.wording.boilerplate.catalogue import boilerplate_groups
from report_search.wording.boilerplate.near_texts import SHORTEST, SIMILAR, near_groups
from report_search.wording.boilerplate.signatures import comparable_text, jaccard, pieces_of
from webui import create_app

CHARACTERS = (
    "政府信息公开工作年度报告主动依申请机关单位进一步加强完善制度建设群众需求规范流程提高质量及时准确"
)


def sentences(count: int, seed: int) -> list[str]:
    """Texts of which a third are edited copies of others, from a number changed to half of the characters."""
    chance = random.Random(seed)
    texts: list[str] = []
    while len(texts) < count:
        if texts and chance.random() < 0.5:
            edited = list(chance.choice(texts))
            for _ in range(chance.choice((0, 1, 1, 2, 4, 9))):
                at = chance.randrange(len(edited))
                edited[at : at + chance.randrange(2)] = chance.choice(CHARACTERS)
            texts.append("".join(edited))
        else:
            length = chance.randrange(4, 160)
            texts.append(
                "".join(chance.choice(CHARACTERS) for _ in range(length)) + f"{chance.randrange(999)}件。"
            )
    return texts


def brute_force(texts: list[str]) -> list[list[int]]:
    """Every pair compared in full, by plain sets."""
    told = [comparable_text(text) for text in texts]
    sets = [{text[at : at + 4] for at in range(max(1, len(text) - 3))} for text in told]
    groups = [{at} for at in range(len(texts))]
    for one in range(len(texts)):
        for other in range(one):
            long = min(len(told[one]), len(told[other])) >= SHORTEST
            common = len(sets[one] & sets[other])
            near = long and common / len(sets[one] | sets[other]) >= SIMILAR
            if (near or told[one] == told[other]) and groups[one] is not groups[other]:
                groups[one] |= groups[other]
                for at in groups[other]:
                    groups[at] = groups[one]
    return sorted({tuple(sorted(group)) for group in groups if len(group) > 1})  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_thousand_passages_are_grouped_as_by_brute_force(seed: int) -> None:
    texts = sentences(1000, seed)
    expected = brute_force(texts)
    assert len(expected) > 50
    assert [tuple(group) for group in near_groups(texts)] == expected


def test_numbers_width_and_variants_make_no_difference() -> None:
    texts = [
        "全年主动公开政府信息157条，办理依申请公开事项12件，均按期答复。",
        "全年主动公开政府信息１，２２５条，办理依申请公开事项3件，均按期答复。",
        "全年主動公開政府信息8条，办理依申请公开事项0件，均按期答覆。",
        "全年召开新闻发布会十二场，回应社会关切，解读重大政策措施。",
    ]
    assert near_groups(texts)[0][:2] == [0, 1]
    assert all(3 not in group for group in near_groups(texts))


def test_nothing_and_short_texts() -> None:
    assert near_groups([]) == []
    assert near_groups(["", "公开。", "公开了。"]) == []
    assert near_groups(["公开。", "没有", "公开。"]) == [[0, 2]]


def test_jaccard_is_the_share_of_pieces() -> None:
    one, other = pieces_of("一二三四五六"), pieces_of("一二三四五七")
    assert jaccard(one, other) == pytest.approx(2 / 4)
    assert jaccard(one, one) == 1


def write(corpus: Path, agency: str, *lines: str) -> None:
    title = f"云州市{agency}2019年政府信息公开工作年度报告"
    text = f"{title}\n\n一、总体情况\n\n" + "\n\n".join(lines) + "\n"
    (corpus / f"{agency}.txt").write_text(text, encoding="utf-8")


COMMON = (
    "认真贯彻落实《中华人民共和国政府信息公开条例》，全年主动公开政府信息{}条，着力提升政务公开工作水平。"
)


def test_a_build_keeps_the_groups_of_what_it_holds(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    write(corpus, "水利局", COMMON.format(12), "本局负责河道管理，全年巡查河道六百公里，处置问题若干。")
    write(corpus, "林业局", COMMON.format(3400))

    def built() -> tuple[set[str], set[int]]:
        run_job(IndexJob((corpus,), index, "whoosh", accept_losses=True))
        searcher = Searcher(index)
        groups = read_boilerplate(searcher.generation())
        passages = [p for one in searcher.reports() for p in searcher.whole_report(one.id)]
        anew = {one.passages for one in boilerplate_groups(passages)}
        assert {frozenset(one.passages) for one in groups.values()} == {frozenset(one) for one in anew}
        return set(groups), {one.agencies for one in groups.values()}

    assert [len(built()[0]), built()[1]] == [2, {2}]
    write(corpus, "教育局", COMMON.format(8))
    assert [len(built()[0]), built()[1]] == [3, {3}]
    (corpus / "林业局.txt").unlink()
    assert [len(built()[0]), built()[1]] == [2, {2}]
    write(corpus, "教育局", "本局另写一段完全不同的话，介绍学校信息公开和校园开放日的安排。")
    assert built() == (set(), set())


def test_a_generation_without_its_file_has_no_groups(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    write(corpus, "水利局", COMMON.format(12))
    write(corpus, "林业局", COMMON.format(3400))
    run_job(IndexJob((corpus,), index, "memory"))
    generation = Searcher(index).generation()
    assert len(read_boilerplate(generation)) == 2
    path = generation.folder / BOILERPLATE_FILE
    path.write_bytes(path.read_bytes().replace(b"2", b"3"))
    assert read_boilerplate(generation) == {}
    path.unlink()
    assert read_boilerplate(generation) == {}


def test_near_texts_are_folded_and_said_to_be_near(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for agency, number in (("水利局", 12), ("林业局", 3400), ("农业局", 12)):
        write(corpus, agency, COMMON.format(number), f"另有{agency}自己的一段话，贯彻落实上级部署。")
    run_job(IndexJob((corpus,), index, "whoosh"))
    client = create_app(Searcher(index)).test_client()
    plain = client.get("/api/v1/search?q=“贯彻落实”").get_json()
    folded = client.get("/api/v1/search?q=“贯彻落实”&fold=1&sort=oldest").get_json()
    assert (plain["total"], plain["facets"]) == (folded["total"], folded["facets"])
    assert (plain["groups"], folded["groups"]) == (6, 4)
    [hit] = [one for one in folded["hits"] if one["others"]]
    assert (hit["others"], len(hit["others_at"])) == (2, 2)
    same = {one["id"] for one in plain["hits"] if one["text"] == hit["text"]}
    assert hit["others_near"] == 3 - len(same)
    assert [one["near"] for one in hit["others_at"]] == [one["id"] not in same for one in hit["others_at"]]
    said = "同文 2 份，大同小异 1 份" if len(same) == 2 else "大同小异 3 份"
    page = client.get("/?q=“贯彻落实”&fold=1&sort=oldest").text
    assert page.count(f"<summary>{said}</summary>") == 1
    assert page.count("（略有出入）") == hit["others_near"]
    with pytest.raises(SystemExit):
        main(["search", "“贯彻落实”", "--fold", "--sort", "oldest", "--index", str(index)])
    printed = capsys.readouterr().out
    assert f"  {said}，另见：" in printed
    assert printed.count("2019（略有出入）") == hit["others_near"]
    assert client.get("/api/v1/search.ndjson?q=“贯彻落实”").text.count("\n") == 6


def test_hits_say_how_many_agencies_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    write(corpus, "水利局", COMMON.format(12), "本局负责河道管理，全年巡查河道六百公里，处置问题若干。")
    write(corpus, "林业局", COMMON.format(3400))
    run_job(IndexJob((corpus,), index, "whoosh"))
    client = create_app(Searcher(index)).test_client()
    hits = client.get("/api/v1/search?q=“贯彻落实”").get_json()["hits"]
    assert [hit["alike_agencies"] for hit in hits] == [2, 2]
    assert client.get("/api/v1/search?q=“河道管理”").get_json()["hits"][0]["alike_agencies"] == 0
    assert client.get("/?q=“贯彻落实”").text.count("2 个机关同文") == 2
    assert "同文" not in client.get("/?q=“河道管理”").text
    with pytest.raises(SystemExit):
        main(["search", "“贯彻落实”", "--index", str(index)])
    assert capsys.readouterr().out.count("2 个机关同文") == 2
