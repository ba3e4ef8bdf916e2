"""Runs of several sessions follow each other."""

from threading import Event, Thread

import pytest

from simulator.app.turns import Turns

PATIENCE = 10


def waiting(turns: Turns, number: int, order: list[int]) -> tuple[Thread, Event]:
    """Start somebody who waits for a turn; the event tells that the wait has begun."""
    seen = Event()

    def work() -> None:
        with turns.turn(seen.set):
            order.append(number)

    thread = Thread(target=work)
    thread.start()
    return thread, seen


def test_turns_come_in_the_order_of_asking():
    turns, order = Turns(), []
    with turns.turn(lambda: None):
        threads = []
        for number in range(4):
            thread, seen = waiting(turns, number, order)
            assert seen.wait(PATIENCE)
            threads.append(thread)
        assert order == []
    for thread in threads:
        thread.join(PATIENCE)
    assert order == [0, 1, 2, 3]


def test_who_leaves_the_queue_holds_up_nobody():
    turns, order = Turns(), []

    def leave() -> None:
        raise InterruptedError

    with turns.turn(lambda: None):
        with pytest.raises(InterruptedError), turns.turn(leave):
            raise AssertionError
        thread, seen = waiting(turns, 1, order)
        assert seen.wait(PATIENCE)
    thread.join(PATIENCE)
    assert order == [1]


def test_a_turn_that_fails_ends():
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn(lambda: None):
        raise ZeroDivisionError
    with turns.turn(lambda: None):
        pass
