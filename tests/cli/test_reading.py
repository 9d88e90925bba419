"""The commands that read an index: what they print, for people and for programs."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import CORPUS, RunCommand


class TestReadingCommands:
    def test_search_prints_hits_and_facets(self, run_command: RunCommand, index: Path) -> None:
        result = run_command("search", "领事保护", "--index", index)
        assert result.code == 0
        for expected in (
            "检索式理解为：领事保护〔词〕",
            "外交部 2019",
            "外交部 2014",
            "年份：2019",
            "waijiaobu-2014-",
        ):
            assert expected in result.out

    def test_search_json_has_the_keys_of_the_contract(self, run_command: RunCommand, index: Path) -> None:
        page = run_command("search", "领事保护", "--index", index, "--limit", "2", "--json").json
        assert {"query", "total", "facets", "hits", "next", "index"} <= set(page)
        assert set(page["query"]) == {"text", "read_as", "filters", "since", "hints"}
        assert page["query"]["read_as"][0] == {"text": "领事保护", "as": "word"}
        assert set(page["total"]) == {"passages", "reports", "complete"}
        assert list(page["facets"]) == ["year", "section", "topic", "agency", "type"]
        for values in page["facets"].values():
            assert set(values[0]) == {"value", "label", "passages", "reports", "chosen"}
        wanted = "id report agency year section section_title headings type text spans missing topics score url source"
        for hit in page["hits"]:
            assert set(wanted.split()) <= set(hit)
            assert [hit["text"][start:end] for start, end in hit["spans"]]
        assert set(page["hits"][0]["topics"][0]) == {"key", "because"}
        assert len(page["hits"]) == 2
        assert set(page["index"]) == {"generation", "built"}

    def test_a_cursor_walks_through_all_hits_once(self, run_command: RunCommand, index: Path) -> None:
        search = ["search", "信息公开", "--index", index, "--limit", "7", "--json"]
        page = run_command(*search).json
        seen = [hit["id"] for hit in page["hits"]]
        while page["next"]:
            page = run_command(*search, "--cursor", page["next"]).json
            seen += [hit["id"] for hit in page["hits"]]
        assert len(seen) == len(set(seen)) == page["total"]["passages"] > 14

    def test_filters_repeat_and_agree_with_their_facets(self, run_command: RunCommand, index: Path) -> None:
        every = run_command("search", "信息公开", "--index", index, "--json").json
        for field, values in every["facets"].items():
            for value in values:
                one = run_command(
                    "search", "信息公开", "--index", index, f"--{field}", value["value"], "--json"
                ).json
                assert one["total"]["passages"] == value["passages"]
                assert one["total"]["reports"] == value["reports"]
        both = run_command(
            "search", "信息公开", "--index", index, "--year", "2014", "--year", "2019", "--json"
        ).json
        assert both["total"] == every["total"]
        by_label = run_command(
            "search", "信息公开", "--index", index, "--type", "表格", "--section", "依申请公开"
        ).code
        assert by_label == 0

    def test_an_empty_result_suggests_what_would_find_something(
        self, run_command: RunCommand, index: Path
    ) -> None:
        result = run_command("search", "领事保护", "--index", index, "--year", "2016")
        assert result.code == 0
        assert "没有找到" in result.out
        assert "不限年份（当前：2016）：3 段" in result.out

    def test_show_prints_a_passage_in_its_report_or_a_report(
        self, run_command: RunCommand, index: Path
    ) -> None:
        hit = run_command("search", "领事保护", "--index", index, "--json").json["hits"][0]
        passage = run_command("show", hit["id"], "--index", index, "--json").json
        assert {key: hit[key] for key in passage} == passage
        assert f"编号：{hit['id']}" in run_command("show", hit["id"], "--index", index).out
        report = run_command("show", hit["report"], "--index", index, "--json").json
        assert report["id"] == hit["report"]
        assert report["title"] in run_command("show", hit["report"], "--index", index).out

    def test_show_of_an_unknown_id_is_an_error_of_the_asker(
        self, run_command: RunCommand, index: Path
    ) -> None:
        result = run_command("show", "nobody-2019", "--index", index)
        assert (result.code, "nobody-2019" in result.err) == (2, True)
        assert (
            run_command("show", "nobody-2019", "--index", index, "--json").json["error"]["code"]
            == "no-passage"
        )

    def test_parse_gives_the_report_that_the_index_has(self, run_command: RunCommand, index: Path) -> None:
        for name in ("mfa-2014.txt", "mfa-2019.md"):
            parsed = run_command("parse", CORPUS / name, "--json").json
            shown = run_command("show", parsed["id"], "--index", index, "--json").json
            assert shown["url"] == f"/reports/{parsed['id']}"
            # A file that is in no index has no address yet.
            assert parsed == {**shown, "url": None, "link": None}
            wanted = {
                "id",
                "agency",
                "year",
                "title",
                "published",
                "format",
                "source",
                "sections",
                "warnings",
            }
            assert wanted <= set(parsed)
            assert set(parsed["sections"][0]) == {
                "number",
                "title",
                "kind",
                "passage",
                "blocks",
                "subsections",
            }
            assert parsed["title"] in run_command("parse", CORPUS / name).out

    def test_analyze_needs_no_index(self, run_command: RunCommand, tmp_path: Path) -> None:
        result = run_command("analyze", "領事保護 -公司", "--index", tmp_path / "none", "--json").json
        assert result["folded"] == "领事保护-公司"
        assert result["read_as"][0]["as"] == "word"
        assert set(result) >= {"text", "folded", "variants", "words", "read_as", "hints", "tree"}
        assert "折叠：第十二条" in run_command("analyze", "第十二条").out
        assert "又读：" in run_command("analyze", "第十二条").out

    def test_check_lists_warnings_and_the_matrix(self, run_command: RunCommand) -> None:
        result = run_command("check", CORPUS)
        assert result.code == 0
        assert "section-missing" in result.out
        assert "2014 2015 2016 2017 2018 2019" in result.out
        checked = run_command("check", CORPUS, "--json").json
        assert [report["id"] for report in checked["reports"]] == ["waijiaobu-2014", "waijiaobu-2019"]
        years = checked["coverage"]["rows"][0]["years"]
        assert [years[str(year)]["state"] for year in range(2015, 2019)] == ["missing"] * 4

    def test_info_tells_engine_counts_and_fingerprint(self, run_command: RunCommand, index: Path) -> None:
        result = run_command("info", "--index", index, "--json").json
        assert (result["engine"], result["reports"], result["failed"]) == ("memory", 2, [])
        assert result["passages"] > 40
        assert result["fingerprint"] in run_command("info", "--index", index).out
