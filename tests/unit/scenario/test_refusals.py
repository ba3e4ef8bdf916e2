"""Bad input: one sentence each, with the path to the field, the value and what is allowed."""

import copy
import time

import pytest

from simulator.scenario import LEVERS, Scenario, ScenarioError, load_scenario, read_scenario, with_levers

HEAD = 'schema = 1\n{top}\n[name]\nid = "Uji"\nen = "Test"\n[levers]\n{levers}\n'


def refusal(levers: str = "", top: str = "") -> str:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(HEAD.format(top=top, levers=levers))
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 800
    return sentence


@pytest.mark.parametrize(
    ("levers", "expected"),
    [
        ("vilage_share = 1", "levers.vilage_share is not a lever; levers are enforcement, "),
        ("village_share = 1.5", "levers.village_share is 1.5; a share from 0 to 1 is allowed"),
        ("village_share = {value = 2}", "levers.village_share is 2; a share from 0 to 1 is allowed"),
        ("village_share = nan", "levers.village_share is nan; a share from 0 to 1 is allowed"),
        ("village_share = -inf", "levers.village_share is -inf; a share from 0 to 1 is allowed"),
        ('village_share = "half"', "levers.village_share is 'half'; a share from 0 to 1 is allowed"),
        ("village_share = true", "levers.village_share is true; a number is allowed"),
        ("village_share = [1]", "levers.village_share is a list; a number, or a table with a value is allowed"),
        ("village_share = 2026-03-01", "levers.village_share is a value of type date; "),
        ("village_share = {}", "levers.village_share sets nothing; "),
        ("village_share = {districts = {}}", "levers.village_share sets nothing; "),
        ("dbh_share = 0.21", "levers.dbh_share is 0.21; a share from 0 to 0.2, or to 1 where stretch lists dbh_share,"),
        ("dbh_share = {districts = {1872 = 0.3}}", "levers.dbh_share.districts.1872 is 0.3; a share from 0 to 0.2"),
        ("metro_share = {districts = {1899 = 0.3}}", "levers.metro_share.districts.1899 is not the code of a kab"),
        ("metro_share = {districts = {1801 = true}}", "levers.metro_share.districts.1801 is true; a number is"),
        ("metro_share = {districts = 3}", "levers.metro_share.districts is 3; a table of kabupaten/kota codes"),
        ("dbh_amount = -1", "levers.dbh_amount is -1; a whole number of rupiah a year from 0 to 200,000,000,000 is"),
        ("dbh_amount = 10.5", "levers.dbh_amount is 10.5; a whole number of rupiah a year from 0 to"),
        ("dbh_months = 5.5", "levers.dbh_months is 5.5; a whole number of months from 1 to 12 is allowed"),
        ("dbh_months = 5.0", "levers.dbh_months is 5.0; a whole number of months from 1 to 12 is allowed"),
        ("dbh_first_month = 0", "levers.dbh_first_month is 0; a calendar month, as a whole number from 1 to 12"),
        ('dbh_first_month = "September"', "levers.dbh_first_month is 'September'; a calendar month"),
        ("discount_until = 2027", "levers.discount_until is 2027; a month written YYYY-MM from 2022-12 to 2045-12"),
        ('discount_until = "2027-13"', "levers.discount_until is '2027-13'; a month written YYYY-MM"),
        ('discount_until = "2022-11"', "levers.discount_until is '2022-11'; a month written YYYY-MM from 2022-12"),
        (
            "dbh_months = {value = 5, districts = {1811 = 3}}",
            "levers.dbh_months.districts.1811 is set; dbh_months belongs to the province as a whole",
        ),
        ("registration_capacity = 1_000_001", "levers.registration_capacity is 1000001; a whole number of names"),
        ("pppk_full = 20_001", "levers.pppk_full is 20001; a number of people from 0 to 20,000 is allowed"),
        ("layoff_shock = 0.31", "levers.layoff_shock is 0.31; a share from 0 to 0.3 is allowed"),
        ("csr_renewal = {value = 1, strat = 3}", "levers.csr_renewal.strat is not a known key; known here are value,"),
        ("csr_renewal = {value = 1, ramp_months = 241}", "levers.csr_renewal.ramp_months is 241; a whole number of"),
        ("csr_renewal = {value = 1, ramp_months = 1.0}", "levers.csr_renewal.ramp_months is 1.0; a whole number of"),
        ("dbh_months = {value = 1, ramp_months = 2}", "levers.dbh_months.ramp_months is 2; dbh_months changes at once"),
        ("layoff_shock = {value = 0, ramp_months = 1}", "levers.layoff_shock.ramp_months is 1; layoff_shock changes"),
        ('csr_renewal = {value = 1, start = "2022-11"}', "levers.csr_renewal.start is '2022-11'; a month written"),
        ('csr_renewal = {value = 1, start = "2026-3"}', "levers.csr_renewal.start is '2026-3'; a month written"),
        ("csr_renewal = {value = 1, start = 202603}", "levers.csr_renewal.start is 202603; a month written YYYY-MM"),
        ('csr_renewal = {value = 1, end = "2046-01"}', "levers.csr_renewal.end is '2046-01'; a month written"),
        (
            'csr_renewal = {value = 1, start = "2027-01", end = "2027-01"}',
            "levers.csr_renewal.end is '2027-01'; a month after the lever's start (2027-01) is allowed",
        ),
        (
            'csr_renewal = {value = 1, end = "2026-02"}',
            "levers.csr_renewal.end is '2026-02'; a month after the lever's start (2026-02) is allowed",
        ),
        ("village_share = 0x" + "f" * 10_000, "levers.village_share is a whole number of more than 64 bits; a share"),
        ('village_share = "' + "x" * 100_000 + '"', "levers.village_share is 'xxxx"),
    ],
)
def test_lever_is_refused_with_its_path(levers, expected):
    assert refusal(levers).startswith(expected)


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ('horizon = "2046-01"', "horizon is '2046-01'; a month written YYYY-MM from 2023-01 to 2045-12 is allowed"),
        ('horizon = "2026-01"', "horizon is '2026-01'; a month after start (2026-01) is allowed"),
        ("horizon = 2030", "horizon is 2030; a month written YYYY-MM"),
        ('start = "2022-11"', "start is '2022-11'; a month written YYYY-MM from 2022-12 to 2026-01 is allowed"),
        ('start = "2026-02"', "start is '2026-02'; a month written YYYY-MM from 2022-12 to 2026-01 is allowed"),
        ('start = "٢٠٢٥-01"', "start is '٢٠٢٥-01'; a month written YYYY-MM"),
        ("targets = []", "targets is a list; a list of at least one out of rpjmn_2025, "),
        ('targets = "rkp_2026"', "targets is 'rkp_2026'; a list of at least one out of "),
        ('targets = ["rkp_2027"]', "targets.0 is 'rkp_2027'; one out of rpjmn_2025, "),
        ('targets = ["rkp_2026", "rkp_2026"]', "targets.1 is 'rkp_2026' a second time; each may stand once"),
        (
            'allocation = "people"',
            "allocation is 'people'; one out of registry, vulnerable, gap, equal, palm is allowed",
        ),
        ('stretch = ["dbh_amount"]', "stretch.0 is 'dbh_amount'; a list out of dbh_share is allowed"),
        ('horizn = "2030-12"', "horizn is not a known key; known here are schema, name, description, start, horizon"),
        ("schema_version = 1", "schema_version is not a known key"),
        ('"a\\nb" = 1', "'a\\nb' is not a known key"),
    ],
)
def test_top_level_field_is_refused_with_its_path(top, expected):
    assert refusal(top=top).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "schema is missing; give schema = 1"),
        ("schema = 1", "name is missing; give a table with the texts id and en"),
        ('schema = 2\n[name]\nid="a"\nen="b"', "schema is 2; 1 is allowed"),
        ('schema = true\n[name]\nid="a"\nen="b"', "schema is 'true'; 1 is allowed"),
        ('schema = 1.0\n[name]\nid="a"\nen="b"', "schema is '1.0'; 1 is allowed"),
        ('schema = 1\n[name]\nid="a"', "name.en is missing; give one line of 1 to 80 characters"),
        ('schema = 1\nname = "a"', "name is 'a'; a table with the texts id and en is allowed"),
        ('schema = 1\n[name]\nid=""\nen="b"', "name.id is ''; one line of 1 to 80 characters is allowed"),
        ('schema = 1\n[name]\nid=" "\nen="b"', "name.id is ' '; text with at least one visible character"),
        ('schema = 1\n[name]\nid="a\\nb"\nen="b"', "name.id is 'a\\nb'; one line of text is allowed"),
        ('schema = 1\n[name]\nid="a\\u001bb"\nen="b"', "name.id is 'a\\x1bb'; text with at least one visible"),
        ('schema = 1\n[name]\nid="a\\u202Eb"\nen="b"', "name.id is 'a\\u202eb'; text with at least one visible"),
        (f'schema = 1\n[name]\nid="{"a" * 81}"\nen="b"', "name.id is 'aaaa"),
        (f'schema = 1\n[name]\nid="a"\nen="b"\n[description]\nid="{"a" * 601}"\nen="b"', "description.id is 'aaaa"),
        ('schema = 1\nlevers = 3\n[name]\nid="a"\nen="b"', "levers is 3; a table of levers is allowed"),
    ],
)
def test_text_is_refused_with_its_path(text, expected):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text)
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize(
    ("levers", "expected"),
    [
        ("dbh_share = 0.1\ndbh_share = 0.2\noutreach = 1", "line 8 ('dbh_share = 0.2') gives a key or table a second"),
        ("dbh_share = 0.1\ndbh_share = 0.2", "line 8 ('dbh_share = 0.2') gives a key or table a second time"),
        ("[levers.dbh_share]\nvalue = 0.1\n[levers.dbh_share]", "line 9 ('[levers.dbh_share]') gives a key or table"),
        ("dbh_share = {value = 0.1, value = 0.2}", "line 7 ('dbh_share = {value = 0.1, value = 0.2}') gives a key"),
        (
            "dbh_share = {districts = {1801 = 0, 1801 = 1}}",
            "line 7 ('dbh_share = {districts = {1801 = 0, 1801…') gives a key",
        ),
        ("discount_until = 2027-03", "line 7 ('discount_until = 2027-03') cannot be read (Expected newline"),
        ('discount_until = "2027-03', "line 7 ('discount_until = \"2027-03') cannot be read (Illegal character"),
        ("dbh_share", "line 7 ('dbh_share') cannot be read (Expected '=' after a key"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(levers, expected):
    assert refusal(levers).startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 900_000,
        "a = " + "[" * 900_000,
        "a = " + "{a=" * 300_000,
        "a" + ".a" * 500_000 + " = 1",
        "[a" + " . 'a'" * 170_000 + "]",
        "x = " + "9" * 900_000,
        '"' * 900_000,
        "a " * 450_000,
        "'\"" * 450_000,
        "\n".join(f"[a{i}]" for i in range(60_000)),
        "[" * 20_000_000,
    ],
    ids=["headers", "lists", "tables", "keys", "dotted", "digits", "quotes", "words", "mixed", "many", "20MB"],
)
def test_hostile_text_is_refused_soon(text):
    before = time.perf_counter()
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text)
    assert len(str(caught.value)) < 800
    assert time.perf_counter() - before < 10  # most take milliseconds; the bound only tells it from minutes


def test_a_sentence_with_many_points_is_no_endless_key():
    text = HEAD.format(top="", levers="") + '[description]\nid = "1.2.3.4.5.6 Butir a.b.c. Selesai..."\nen = "e"\n'
    assert read_scenario(text).description.id.startswith("1.2.3")


def test_stretch_marks_a_what_if_above_the_cap():
    text = HEAD.format(top='stretch = ["dbh_share"]', levers="dbh_share = 0.5")
    assert read_scenario(text).levers["dbh_share"].value == 0.5
    with pytest.raises(ScenarioError, match=r"dbh_share is 1.5; a share from 0 to 1 is allowed"):
        read_scenario(text.replace("0.5", "1.5"))


def test_of_several_problems_the_first_lever_in_order_is_named():
    assert refusal("layoff_shock = 9\nenforcement = 9").startswith("levers.enforcement is 9")


def test_a_scenario_made_in_python_is_refused_alike():
    with pytest.raises(ScenarioError, match=r"^levers\.dbh_share is 0\.3; "):
        Scenario(name={"id": "a", "en": "b"}, levers={"dbh_share": 0.3})
    with pytest.raises(ScenarioError, match=r"^horizon is '2050-01'; "):
        load_scenario("baseline").replace(horizon="2050-01")


def test_a_district_without_a_number_is_refused():
    with pytest.raises(ScenarioError, match=r"^levers\.outreach\.districts\.1801 is nothing; a number is allowed"):
        load_scenario("baseline").replace(levers={"outreach": {"districts": {"1801": None}}})


def test_a_copy_of_the_error_says_the_same():
    with pytest.raises(ScenarioError) as caught:
        read_scenario(HEAD.format(top="", levers="outreach = 9"))
    assert str(copy.copy(caught.value)) == str(caught.value)


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("dbh_share", "'dbh_share' sets nothing; LEVER=VALUE or LEVER@CODE=VALUE is allowed"),
        ("dbh_shre=0.1", "levers.dbh_shre is not a lever"),
        ("=0.1", "levers.'' is not a lever"),
        ("dbh_share=", "levers.dbh_share is ''; a share from 0 to 0.2"),
        ("dbh_share=0,1", "levers.dbh_share is '0,1'; a share from 0 to 0.2"),
        ("dbh_share=nan", "levers.dbh_share is nan; a share from 0 to 0.2"),
        ("dbh_share=1e999", "levers.dbh_share is inf; a share from 0 to 0.2"),
        ("dbh_share=" + "9" * 5000, "levers.dbh_share is inf; a share from 0 to 0.2"),
        ("dbh_share@18=0.1", "levers.dbh_share.districts.18 is not the code of"),
        ("dbh_share@=0.1", "levers.dbh_share.districts.'' is not the code of"),
        ("dbh_share@1801=0.3", "levers.dbh_share.districts.1801 is 0.3; a share from 0 to 0.2"),
        ("dbh_months=5.5", "levers.dbh_months is 5.5; a whole number of months from 1 to 12"),
    ],
)
def test_an_assignment_is_refused_with_its_path(assignment, expected):
    with pytest.raises(ScenarioError) as caught:
        with_levers(load_scenario("baseline"), [assignment])
    assert str(caught.value).startswith(expected)


def test_every_lever_refuses_a_table_in_place_of_its_number():
    for id in LEVERS:
        assert refusal(f"{id} = {{value = {{a = 1}}}}").startswith(f"levers.{id} is a table; a number is allowed")
