"""Named random numbers."""

import numpy as np

from simulator.facts.calendar import DATA_MONTH
from simulator.model.draws import normal_draws, uniform_draws
from simulator.model.inputs import draw_sample


def test_a_stream_depends_on_name_and_seed_only():
    one = uniform_draws("drift", seed=1, n_draws=5)
    uniform_draws("imitation", seed=1, n_draws=50)
    np.testing.assert_array_equal(uniform_draws("drift", seed=1, n_draws=5), one)
    assert (uniform_draws("drift", seed=2, n_draws=5) != one).all()
    assert (uniform_draws("imitation", seed=1, n_draws=5) != one).all()


def test_seed_zero_is_a_seed():
    np.testing.assert_array_equal(uniform_draws("x", seed=0, n_draws=4), uniform_draws("x", seed=0, n_draws=4))


def test_more_draws_keep_the_first_also_when_a_draw_holds_several_numbers():
    few, many = (uniform_draws("disturbance", seed=9, n_draws=n, width=7) for n in (3, 300))
    np.testing.assert_array_equal(many[:3], few)


def test_uniforms_fill_the_open_interval_evenly():
    u = uniform_draws("x", seed=0, n_draws=40_000)[:, 0]
    assert 0 < u.min() < 1e-3
    assert 1 - 1e-3 < u.max() < 1
    counts, _ = np.histogram(u, bins=20, range=(0, 1))
    # 2,000 expected in each; five standard deviations of a binomial count are 218.
    assert np.abs(counts - 2000).max() < 218


def test_normals_have_the_moments_of_a_standard_normal():
    z = normal_draws("x", seed=0, n_draws=40_000)[:, 0]
    assert abs(z.mean()) < 5 / 200
    assert abs(z.std() - 1) < 5 / 283


def test_a_longer_run_keeps_the_renewals_of_the_first_years():
    near, far = (draw_sample(n_draws=4, seed=0, start_month=DATA_MONTH, last_year=year) for year in (2028, 2045))
    np.testing.assert_array_equal(near.renewal, far.renewal[:, :, : 2028 - 2022 + 1])
    assert (near.renewal[:, :, : 2027 - 2022] == 1).all()
    assert ((near.renewal[:, :, 2027 - 2022 :] > 0) & (near.renewal[:, :, 2027 - 2022 :] < 1)).all()
