"""Grids: which scenarios a file stands for, and how it is refused."""

from pathlib import Path

import pytest

from simulator.outputs.sweep_grid import SweepError, read_grid, scenario_of
from simulator.scenario import ScenarioError, load_scenario, save_scenario, sentence, with_assumptions, with_levers

EXAMPLES = Path(__file__).resolve().parents[3] / "scenarios" / "grids"


@pytest.fixture
def grid(tmp_path):
    def read(text, base='base = "baseline"\n'):
        path = tmp_path / "kisi.toml"
        path.write_bytes(text if isinstance(text, bytes) else (base + text).encode())
        return read_grid(path)

    return read


def test_a_grid_is_every_combination_and_the_last_entry_varies_fastest(grid):
    its = grid("[levers]\nvillage_share = [0, 0.5]\n[assumptions]\nkeep_six_months = [0.2, 0.3, 0.4]\n")
    assert [axis.name for axis in its.axes] == ["village_share", "keep_six_months"]
    assert its.rows == ((0, 0.2), (0, 0.3), (0, 0.4), (0.5, 0.2), (0.5, 0.3), (0.5, 0.4))
    assert (its.draws, its.seed) == (2000, 0)


def test_steps_lie_evenly_between_both_ends_and_read_as_people_write_them(grid):
    its = grid(
        "[levers]\nvillage_share = {low = 0, high = 1, steps = 11}\ndbh_months = {low = 1, high = 12, steps = 12}"
    )
    shares, months = (axis.values for axis in its.axes)
    assert shares == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
    assert months == tuple(range(1, 13))


def test_a_row_is_what_the_command_line_would_set(grid):
    its = grid(
        'draws = 30\nseed = 7\nhorizon = "2028-06"\n[levers]\nvillage_share = [0.3]\n"dbh_share@1871" = [0.1]\n'
        'discount_until = ["2027-03"]\n[assumptions]\nkeep_six_months = [0.25]\n',
        base='base = "combined"\n',
    )
    base = load_scenario("combined").replace(horizon="2028-06")
    levers = ["village_share=0.3", "dbh_share@1871=0.1", "discount_until=2027-03"]
    expected = with_assumptions(with_levers(base, levers), ["keep_six_months=0.25"])
    assert scenario_of(its.base, its.axes, its.rows[0]) == expected
    assert (its.draws, its.seed) == (30, 7)


def test_the_base_may_be_a_file_beside_the_grid(grid, tmp_path):
    save_scenario(load_scenario("village_100"), tmp_path / "dasar.toml")
    its = grid("[levers]\nvillage_share = [0.3]\n", base='base = "dasar.toml"\n')
    assert its.base == load_scenario("village_100")


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_a_sample_has_one_scenario_in_every_stratum_of_every_range(grid, method):
    its = grid(
        f'sample = {{n = 16, seed = 3, method = "{method}"}}\n[levers]\nvillage_share = {{low = 0.2, high = 0.6}}\n'
        "[assumptions]\nkeep_six_months = {low = 0.1, high = 0.5}\n"
    )
    for (low, high), values in zip(((0.2, 0.6), (0.1, 0.5)), zip(*its.rows, strict=True), strict=True):
        assert sorted(int((value - low) / (high - low) * 16) for value in values) == list(range(16))


def test_lists_and_whole_numbers_of_a_sample_are_equally_likely(grid):
    its = grid(
        "sample = {n = 48}\n[levers]\ndbh_months = {low = 1, high = 12}\nvillage_share = [0, 0.5, 1]\n"
        "metro_share = {low = 0, high = 1, steps = 4}\n"
    )
    months, shares, steps = zip(*its.rows, strict=True)
    assert {type(value) for value in months} == {int}
    assert [months.count(month) for month in range(1, 13)] == [4] * 12
    assert [shares.count(value) for value in (0, 0.5, 1)] == [16] * 3
    assert len(set(steps)) == 4


def test_a_sample_depends_on_its_seed_alone(grid):
    text = "sample = {{n = 8, seed = {}}}\n[levers]\nvillage_share = {{low = 0, high = 1}}\n"
    assert grid(text.format(1)).rows == grid(text.format(1)).rows
    assert grid(text.format(1)).rows != grid(text.format(2)).rows


@pytest.mark.parametrize(("name", "count"), [("village_and_budget", 18), ("sampled", 256)])
def test_the_shipped_grids_are_read(name, count):
    assert len(read_grid(EXAMPLES / f"{name}.toml").rows) == count


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[levers]\nvillage_share = [0]\n[lever]\n", "lever is not a known key"),
        ("[levers]\nvillage_share = {low = 0, high = 1, step = 2}\n", "levers.village_share.step is not a known key"),
        ("[levers]\nvillage_share = {low = 0, steps = 2}\n", "levers.village_share.high is missing; give a number"),
        (
            "[levers]\nvillage_share = {low = 0, high = 1}\n",
            "levers.village_share.steps is missing; give a whole number",
        ),
        (
            "[levers]\nvillage_share = {low = 1, high = 0.5, steps = 2}\n",
            "levers.village_share.high is 0.5; a number ab",
        ),
        ("[levers]\nvillage_share = {low = true, high = 1, steps = 2}\n", "levers.village_share.low is True; a number"),
        ("[levers]\nvillage_share = {low = 0, high = inf, steps = 2}\n", "levers.village_share.high is inf; a number"),
        ("[levers]\nvillage_share = []\n", "levers.village_share is []; a list"),
        ("[levers]\nvillage_share = [0.5, 0.5]\n", "levers.village_share is [0.5, 0.5]; a list of different"),
        ("[levers]\nvillage_share = ['0.5']\n", "levers.village_share is ['0.5']; a list of different numbers"),
        ("[levers]\nvillage_share = [true]\n", "levers.village_share is [True]; a list"),
        ("[levers]\nvillage_share = [[0]]\n", "levers.village_share is [[0]]; a list"),
        ("[levers]\nvillage_share = 0.5\n", "levers.village_share is 0.5; a list"),
        ("levers = 3\n", "levers is 3; a table with the levers"),
        ("draws = 0\n", "draws is 0; a whole number from 1 to 20,000"),
        ("draws = 2.5\n", "draws is 2.5; a whole number"),
        ("seed = -1\n", "seed is -1; a whole number from 0 to 4,294,967,295"),
        ("sample = 5\n", "sample is 5; a table with at least n"),
        ("sample = {seed = 1}\n", "sample.n is missing; give a whole number from 1 to 1,000,000"),
        ("sample = {n = 8, method = 'random'}\n", "sample.method is 'random'; latin_hypercube or sobol"),
        ("sample = {n = 100, method = 'sobol'}\n", "sample.n is 100; a power of two"),
        ("sample = {n = 8, seeds = 1}\n", "sample.seeds is not a known key"),
        ("draws = 5\n", "nothing varies"),
        (f"draws = 0x{'f' * 9000}\n", "more than 64 bits"),
        (b"draws = 5\n[levers]\nvillage_share = [0]\n", "base is missing; give the name of a shipped scenario"),
        (b"base = 3\n", "base is 3; the name of a shipped scenario"),
        (b"base = \n", "no TOML"),
        (b"\xff\xfe", "no TOML"),
        (b"a = " + b"[" * 60_000, "no TOML"),
        (b"#" * 70_000, "at most 65,536 bytes"),
    ],
)
def test_a_bad_grid_is_refused_in_one_sentence_in_both_languages(grid, text, said):
    with pytest.raises(SweepError) as refused:
        grid(text)
    assert said in str(refused.value)
    assert "kisi.toml: " in str(refused.value)
    for told in (str(refused.value), refused.value.text("id")):
        assert "\n" not in told
        assert "{" not in told
    assert refused.value.text("id") != str(refused.value)


def test_too_many_scenarios_are_refused_before_they_are_made(grid):
    names = ("village_share", "metro_share", "enforcement", "public_mandate")
    with pytest.raises(SweepError, match="has 100,000,000 scenarios; at most 1,000,000"):
        grid("[levers]\n" + "".join(f"{name} = {{low = 0, high = 1, steps = 100}}\n" for name in names))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[levers]\nvillage_shares = [0]\n", "levers.village_shares is not a lever"),
        ("[levers]\nvillage_share = [0, 1.5]\n", "levers.village_share is 1.5; a share from 0 to 1"),
        ('[levers]\n"village_share@9999" = [0]\n', "levers.'village_share@9999' is not the code of a kabupaten"),
        ('[levers]\nvillage_share = ["2027-01"]\n', "levers.village_share is '2027-01'; a share"),
        ('[levers]\n"village_share=0" = [1]\n', "levers.'village_share=0' is '0=1'; a share"),
        (
            "[levers]\ndbh_months = {low = 1, high = 12, steps = 3}\n",
            "levers.dbh_months is 6.5; a whole number of months",
        ),
        ("[levers]\ncsr_amount = [nan]\n", "levers.csr_amount is nan"),
        ("[assumptions]\nkeep = [0.5]\n", "assumptions.keep is not an assumption"),
        ("[assumptions]\nkeep_six_months = [2]\n", "assumptions.keep_six_months is 2.0; a number (share) from 0"),
        ('horizon = "2046-01"\n[levers]\nvillage_share = [0]\n', "horizon is '2046-01'; a month"),
    ],
)
def test_a_value_that_a_scenario_refuses_is_refused_with_its_place_in_the_grid(grid, text, said):
    with pytest.raises(ScenarioError) as refused:
        grid(text)
    assert f"kisi.toml: {said}" in str(refused.value)
    assert sentence(refused.value, "id") != str(refused.value)


def test_a_bad_base_is_refused_as_that_file(grid):
    with pytest.raises(ScenarioError, match=r"tidak_ada\.toml: does not exist"):
        grid("[levers]\nvillage_share = [0]\n", base='base = "tidak_ada.toml"\n')


@pytest.mark.parametrize("name", ["tidak-ada.toml", "a\nb.toml", "a\0b.toml"])
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, name):
    with pytest.raises(SweepError, match="cannot be read") as refused:
        read_grid(tmp_path / name)
    assert str(refused.value).isprintable()
