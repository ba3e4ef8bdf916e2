from threading import Event
from time import sleep

import pytest

from simulator.answers.beside import beside
from simulator.model import Cancelled


def test_results_stand_in_the_order_of_the_items():
    def slow_first(item):
        sleep(0.05 if item == 3 else 0.0)
        return -item

    assert beside(slow_first, [3, 1, 2]) == [-3, -1, -2]


def test_progress_counts_items():
    seen = []
    beside(abs, [1, 2, 3], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_first_exception_is_raised_and_what_has_not_begun_is_left():
    failed, begun = Event(), []

    def work(item):
        begun.append(item)
        if item == 0:
            failed.set()
            raise KeyError(item)
        failed.wait(30)
        sleep(0.01)

    with pytest.raises(KeyError):
        beside(work, range(1000))
    assert len(begun) < 1000


def test_a_cancel_leaves_what_has_not_begun():
    cancel, begun = Event(), []

    def work(item):
        begun.append(item)
        cancel.set()
        sleep(0.01)

    with pytest.raises(Cancelled):
        beside(work, range(1000), cancel=cancel)
    assert 0 < len(begun) < 1000
