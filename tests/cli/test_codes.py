"""`sarbon codes`: load a published list, see what is loaded, look into it; what sending makes of it."""

import orjson
import pytest

HS = """section,hscode,description,parent,level
VII,39,Plastics,TOTAL,2
VII,3902,Polymers of propylene,39,4
VII,390210,Polypropylene,3902,6
TOTAL,TOTAL,Everything,TOTAL,5
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with settings and nothing else: code lists need no founded node."""
    (tmp_path / "node.toml").write_text('authority = "AZ-SCC"\nnetwork = "iren.example"\n')
    (tmp_path / "hs.csv").write_text(HS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_codes_import_says_what_was_loaded_and_from_what(sarbon):
    result = sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022")
    assert result.code == 0, result.err
    first, second = result.out.splitlines()
    assert first == "hs 2022: 3 codes loaded, 1 rows that are no codes left out"
    assert second.startswith("  file    hs.csv, SHA-256 ")


@pytest.mark.usefixtures("folder")
def test_codes_import_as_json_gives_counts(sarbon):
    result = sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022", "--json")
    assert result.json == [{"list": "hs", "edition": "2022", "codes": 3, "skipped": 1}]


def test_codes_import_by_another_name_of_the_list_is_loaded(folder, sarbon):
    (folder / "units.csv").write_text("code;name\nKGM;Kilogram\n")
    result = sarbon("codes", "import", "unit", "units.csv", "--edition", "2026")
    assert result.out.startswith("measure-unit 2026: 1 codes loaded\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing", "hs.csv", "--edition", "1"), "codes.list_unknown"),
        (("tlp", "hs.csv", "--edition", "1"), "codes.list_closed"),
        (("hs", "absent.csv", "--edition", "1"), "file.unreadable"),
        (("hs", ".", "--edition", "1"), "file.unreadable"),
        (("hs", "node.toml", "--edition", "1"), "codes.columns"),
        (("hs", "hs.csv", "--edition", "../1"), "codes.edition"),
        (("hs", "hs.csv", "--edition", "1", "--encoding", "ebcdic"), "codes.encoding"),
        (("hs", "/dev/zero", "--edition", "1"), "codes.oversize"),
    ],
)
def test_codes_import_that_fails_names_why_and_loads_nothing(arguments, code, folder, sarbon):
    result = sarbon("codes", "import", *arguments)
    assert result.code == 1
    assert result.err.startswith(f"sarbon: {code}: ")
    assert "  hint: " in result.err
    assert not (folder / "data").exists()


def test_codes_import_with_one_wrong_row_leaves_the_list_that_was_loaded(folder, sarbon):
    sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022")
    (folder / "hs.csv").write_text(HS + "VII,39021,Cut,3902,6\n")
    result = sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022")
    assert result.code == 1
    assert "codes.row: line 6: the code is not an HS chapter" in result.err
    loaded = [row for row in sarbon("codes", "list", "--json").json if row["kind"] == "loaded"]
    assert [row["codes"] for row in loaded] == [3]


@pytest.mark.usefixtures("folder")
def test_codes_list_tells_closed_open_and_loaded_lists_apart(sarbon):
    sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022")
    rows = sarbon("codes", "list", "--json").json
    kinds = [(row["list"], row["kind"]) for row in rows if row["list"] in {"hs", "tlp", "un-locode"}]
    assert kinds == [("hs", "loaded"), ("hs", "open"), ("tlp", "closed"), ("un-locode", "open")]
    printed = sarbon("codes", "list").out.splitlines()
    assert len(printed) == len(rows)
    (loaded,) = [line for line in printed if " loaded " in line]
    assert loaded.split()[:4] == ["hs", "loaded", "3", "2022,"]
    assert "Z" in loaded  # when
    assert any("unused: an edition is loaded" in line for line in printed)


@pytest.mark.usefixtures("folder")
def test_codes_show_code_gives_its_family(sarbon):
    sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022")
    assert sarbon("codes", "show", "hs", "3902").out.splitlines() == [
        "  39        Plastics",
        "> 3902      Polymers of propylene",
        "    390210    Polypropylene",
        "  from hs (2022), loaded",
    ]


@pytest.mark.usefixtures("folder")
def test_codes_show_words_gives_codes_up_to_the_limit(sarbon):
    result = sarbon("codes", "show", "hs", "articles", "of", "--limit", "1")
    assert result.out.splitlines()[0] == "> 42        Articles of leather, bags."
    assert " more, --limit shows them" in result.out
    assert "from hs (2022, chapters), built in" in result.out


def test_codes_show_days_of_a_code(folder, sarbon):
    (folder / "offices.csv").write_text(
        "code,name,valid_from,valid_until\nAZ000101,Alat,2026-01-01,\nAZ000102,Baku,,2026-12-31\n"
    )
    sarbon("codes", "import", "customs-office", "offices.csv", "--edition", "2026-11")
    shown = sarbon("codes", "show", "customs-office", "AZ").out.splitlines()
    assert shown[0].endswith("Alat  (2026-01-01 to …)")
    assert shown[1].endswith("Baku  (… to 2026-12-31)")
    first, _ = sarbon("codes", "show", "customs-office", "AZ", "--json").json
    assert first == {
        "place": "below",
        "code": "AZ000101",
        "name": "Alat",
        "valid_from": "2026-01-01",
        "valid_until": None,
    }


@pytest.mark.usefixtures("folder")
def test_codes_show_edition_that_is_loaded_is_the_one_shown(sarbon):
    for edition in ("2017", "2022"):
        sarbon("codes", "import", "hs", "hs.csv", "--edition", edition)
    assert "from hs (2017), loaded" in sarbon("codes", "show", "hs", "39", "--edition", "2017").out
    assert "from hs (2022), loaded" in sarbon("codes", "show", "hs", "39").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("hs", "99"), "codes.nothing_found"),
        (("hs", "39", "--edition", "2017"), "codes.edition"),
        (("nothing",), "codes.list_unknown"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_codes_show_what_is_not_there_says_so(arguments, code, sarbon):
    result = sarbon("codes", "show", *arguments)
    assert result.code == 1
    assert result.err.startswith(f"sarbon: {code}: ")


def test_codes_that_were_damaged_are_the_operators_to_mend(folder, sarbon):
    sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022")
    (folder / "data" / "codes" / "hs@2022.codes").write_bytes(b"")
    result = sarbon("codes", "list")
    assert result.code == 3
    assert result.err.startswith("sarbon: codes.damaged: ")


def test_send_says_what_the_loaded_list_does_not_know_and_sends(home, notice, sarbon):
    (home / "hs.csv").write_text(HS)
    sarbon("codes", "import", "hs", "hs.csv", "--edition", "2022")
    notice["consignments"][0]["goods"][0]["hs_code"] = "390290"
    notice["consignments"][0]["goods"][0].pop("national_code", None)
    (home / "doubtful.json").write_bytes(orjson.dumps(notice))
    result = sarbon("send", "doubtful.json")
    assert result.code == 0, result.err
    place = "/consignments/0/goods/0/hs_code"
    doubt = "not in the loaded list hs (2022)"
    assert f"doubtful.json: doubt.code at {place}: {doubt}\n" in result.err
    message_id = result.out.split()[0]
    assert f"  doubt.code at {place}: {doubt}\n" in sarbon("show", message_id).out
    (shown,) = sarbon("show", message_id, "--json").json
    assert {"pointer": place, "code": "doubt.code", "text": doubt} in shown["doubts"]


def test_send_as_json_gives_the_doubts_of_what_was_sent_only(home, sarbon):
    (home / "bad.json").write_bytes(b"{}")
    sent, refused = sarbon("send", "notice1.json", "bad.json", "--json").json
    assert sent["doubts"] == []
    assert "doubts" not in refused
