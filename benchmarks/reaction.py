"""How fast pages answer a moved slider, beside pages that compute nothing, through the real websocket."""

import contextlib
import random
from statistics import median

from benchmarks.servers import streamlit
from benchmarks.session import Reaction, Visitor

APPS = {  # script and path of the page
    "the app, 2,000 draws, settings not seen before": ("streamlit_app.py", ""),
    "its page on kabupaten/kota": ("streamlit_app.py", "kabupaten"),
    "(a) a static page with the same widgets and charts": ("benchmarks/apps/static_page.py", ""),
    "the app's own page with a stored answer": ("benchmarks/apps/fixed_answer.py", ""),
    "(b) a page with one slider": ("benchmarks/apps/one_slider.py", ""),
}
MOVES, OPENINGS = 30, 7
LEVERS = ("value:village_share", "value:metro_share", "value:dbh_share", "value:enforcement")


def move(visitor: Visitor, dice: random.Random) -> Reaction:
    """Move a slider to a stop where it does not stand."""
    if "n" in visitor.sliders:
        return visitor.slide("n", dice.uniform(0, 100))
    key = dice.choice(LEVERS)
    return visitor.move(key, dice.choice(visitor.other_stops(key)))


def measure() -> dict[str, tuple[float, float, float]]:
    """Return for each page the median seconds to a move's title, to its whole page, and of opening it; in turns."""
    with contextlib.ExitStack() as stack:
        urls = {name: stack.enter_context(streamlit(script))[0] for name, (script, _) in APPS.items()}
        visitors = {name: Visitor(urls[name], page) for name, (_, page) in APPS.items()}
        for visitor in visitors.values():
            visitor.open()  # warms the server up
        dice = {name: random.Random(0) for name in APPS}
        taken: dict[str, list[Reaction]] = {name: [] for name in APPS}
        opened: dict[str, list[float]] = {name: [] for name in APPS}
        for _ in range(MOVES):
            for name, visitor in visitors.items():
                taken[name].append(move(visitor, dice[name]))
        for _ in range(OPENINGS):
            for name, url in urls.items():
                fresh = Visitor(url, APPS[name][1])
                opened[name].append(fresh.open().full)
                fresh.close()
        for visitor in visitors.values():
            visitor.close()
    return {
        name: (median(its.words for its in taken[name]), median(its.full for its in taken[name]), median(opened[name]))
        for name in APPS
    }


def main() -> None:
    """Print the table."""
    found = measure()
    _, static_move, static_open = found["(a) a static page with the same widgets and charts"]
    print(f"\nReaction through the websocket: medians of {MOVES} moves and {OPENINGS} openings, the pages in turn")
    for name, (words, move, opening) in found.items():
        print(f"  title {words:6.2f} s  {words / static_move:5.2f} of (a)   move {move:6.2f} s"
              f"  {move / static_move:5.2f} of (a)   first paint {opening:6.2f} s"
              f"  {opening / static_open:5.2f} of (a)   {name}")  # fmt: skip


if __name__ == "__main__":
    main()
