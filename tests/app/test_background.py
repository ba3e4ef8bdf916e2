"""Work off the script: one job a session, two on the machine, cancel, refusal, and answers kept for all."""

import time
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from simulator.app import background
from simulator.app.shelf import Shelf
from simulator.model import Cancelled

PATIENCE_SECONDS = 10


class Work:
    """Work that waits to be let go and counts how often it began."""

    def __init__(self, answer: object = "found", error: Exception | None = None) -> None:
        self.answer, self.error = answer, error
        self.begun = 0
        self.started, self.go, self.ended = Event(), Event(), Event()

    def __call__(self, progress: Any, cancel: Event) -> object:
        self.begun += 1
        self.started.set()
        progress(1, 4)
        while not self.go.wait(0.01):
            if cancel.is_set():
                self.ended.set()
                raise Cancelled
        if self.error is not None:
            raise self.error
        return self.answer


def page() -> None:
    """Draw one button and one answer per question that the session was given."""
    import streamlit as st

    from simulator.app import background
    from simulator.outputs.text import Words

    words = Words("en")
    for place, (question, work) in st.session_state["works"].items():
        st.button(place, on_click=background.ask, args=(place, question), key=f"ask:{place}")
        background.note_if_old(place, st.session_state.get("now", question), words)
        last = background.asked(place, str)
        if last is None:
            continue
        try:
            answer = background.wait_for(last, work, words, label=place)
        except ValueError as error:
            st.warning(str(error))
        else:
            st.markdown(f"{place} is {answer}")


def session(**works: Work) -> AppTest:
    return shared({place: (f"{place}-{uuid4()}", work) for place, work in works.items()})


def shared(works: dict[str, tuple[str, Work]]) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["works"] = works
    return app.run()


def press(app: AppTest, place: str) -> AppTest:
    return app.button(key=f"ask:{place}").click().run()


def press_starting(app: AppTest, prefix: str) -> AppTest:
    return next(button for button in app.button if str(button.key).startswith(prefix)).click().run()


def said(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.markdown, *app.caption, *app.warning])


def answered(app: AppTest, sentence: str) -> AppTest:
    """Run the page until it says `sentence`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sentence not in said(app):
        assert time.monotonic() < deadline, said(app)
        time.sleep(0.02)
        app.run()
    return app


def test_nothing_starts_before_the_button_is_pressed():
    work = Work()
    session(goal=work)
    assert work.begun == 0


def test_an_answer_comes_when_the_work_ends_and_is_kept_for_other_sessions():
    work = Work()
    first = press(session(goal=work), "goal")
    assert work.started.wait(PATIENCE_SECONDS)
    assert said(first) == "goal is None"
    work.go.set()
    answered(first, "goal is found")
    second = shared(first.session_state["works"])
    assert "goal is found" in said(press(second, "goal"))
    assert work.begun == 1


def test_cancel_ends_the_work_and_it_does_not_start_again_by_itself():
    work = Work()
    app = press(session(goal=work), "goal")
    assert work.started.wait(PATIENCE_SECONDS)
    press_starting(app, "background_cancel")
    assert work.ended.wait(PATIENCE_SECONDS)
    assert "goal: stopped." in said(app.run())
    assert work.begun == 1
    work.go.set()
    press_starting(app, "background_again")
    answered(app, "goal is found")
    assert work.begun == 2


def test_asking_the_same_again_also_starts_what_was_cancelled():
    work = Work()
    app = press(session(goal=work), "goal")
    press_starting(app, "background_cancel")
    work.go.set()
    answered(press(app, "goal"), "goal is found")


def test_a_refusal_is_raised_on_the_page_until_asked_anew_and_is_not_kept():
    work = Work(error=ValueError("odds is 2; a share is allowed"))
    work.go.set()
    app = answered(press(session(goal=work), "goal"), "odds is 2")
    assert "odds is 2" in said(app.run())
    assert work.begun == 1
    work.error = None
    answered(press(app, "goal"), "goal is found")
    assert work.begun == 2


def test_a_new_question_of_a_session_ends_its_old_one():
    goal, heat = Work(), Work("warm")
    app = press(session(goal=goal, heat=heat), "goal")
    assert goal.started.wait(PATIENCE_SECONDS)
    press(app, "heat")
    assert goal.ended.wait(PATIENCE_SECONDS)
    heat.go.set()
    answered(app, "heat is warm")
    assert "goal: stopped." in said(app)
    assert (goal.begun, heat.begun) == (1, 1)


def test_a_cancel_leaves_the_job_of_another_session_that_asks_the_same():
    mine, theirs = Work("mine"), Work("theirs")
    question = str(uuid4())
    me, them = (press(shared({"goal": (question, work)}), "goal") for work in (mine, theirs))
    assert mine.started.wait(PATIENCE_SECONDS)
    assert theirs.started.wait(PATIENCE_SECONDS)
    press_starting(me, "background_cancel")
    assert mine.ended.wait(PATIENCE_SECONDS)
    theirs.go.set()
    answered(them, "goal is theirs")


def test_a_third_session_waits_until_one_of_two_jobs_has_ended():
    works = [Work(), Work(), Work()]
    apps = [press(session(goal=work), "goal") for work in works]
    assert works[0].started.wait(PATIENCE_SECONDS)
    assert works[1].started.wait(PATIENCE_SECONDS)
    assert not works[2].started.wait(0.2)
    works[0].go.set()
    assert works[2].started.wait(PATIENCE_SECONDS)
    for work in works:
        work.go.set()
    for app in apps:
        answered(app, "goal is found")


def test_a_waiting_job_that_was_cancelled_never_starts():
    works = [Work(), Work(), Work()]
    apps = [press(session(goal=work), "goal") for work in works]
    press_starting(apps[2], "background_cancel")
    for work, app in list(zip(works, apps, strict=True))[:2]:
        work.go.set()
        answered(app, "goal is found")
    assert works[2].begun == 0


def test_an_answer_to_earlier_settings_is_marked_and_can_be_renewed():
    work = Work()
    work.go.set()
    app = answered(press(session(goal=work), "goal"), "goal is found")
    assert "settings before" not in said(app)
    app.session_state["now"] = f"moved-{uuid4()}"
    assert "settings before" in said(app.run())
    assert work.begun == 1
    app.button(key="renew:goal").click().run()
    answered(app, "goal is found")
    assert "settings before" not in said(app)
    assert work.begun == 2


@pytest.mark.parametrize(("touched", "left"), [("a", ("a", "c")), ("b", ("b", "c"))])
def test_a_shelf_gives_up_what_was_unused_for_longest(touched, left):
    shelf: Shelf[str, int] = Shelf(2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    shelf.get(touched)
    shelf.put("c", 3)
    assert tuple(name for name in "abc" if shelf.get(name) is not None) == left


def test_work_for_a_closed_browser_ends_and_the_next_in_turn_does_not_begin():
    connected = Event()
    connected.set()
    office, work = background._Office(), Work()
    first, second = (background._Job(question, work, connected.is_set) for question in ("one", "two"))
    office.take(first)
    assert work.started.wait(PATIENCE_SECONDS)
    connected.clear()
    with pytest.raises(Cancelled):
        first.watch(2, 4)  # what the work calls when it next says how far it is
    office.take(second)
    with pytest.raises(Cancelled):
        second.outcome.result(PATIENCE_SECONDS)
    assert work.begun == 1
    work.go.set()
