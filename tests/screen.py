"""What tests of the running app share: how long to wait, when a page has come to rest, whether it fits its screen."""

from playwright.sync_api import Page

FIRST_PAINT = 120_000  # milliseconds; the first run may compile the kernel
ANSWER = 90_000

# Sizes of one screen are tried on one page, because opening it is the costly part; a phone, which folds the sidebar
# away from the start, has a page of its own.
SCREENS = ([(1440, 900), (1280, 720), (1024, 768)], [(390, 844)])


# Streamlit says that a script has ended a moment before its last parts are drawn: what counts is that the page also
# stays as it is for a few frames.
_AT_REST = """() => {
    const query = selector => document.querySelector(selector);
    const busy = query('[data-testid=stApp]')?.dataset.testScriptState !== 'notRunning' || !query('h1')
        || query('[data-stale=true], [data-testid=stSkeleton], [class*=st-key-background]');
    const now = busy ? null : query('[data-testid=stApp]').innerHTML;
    window.framesAtRest = now !== null && now === window.pageAtRest ? window.framesAtRest + 1 : 0;
    window.pageAtRest = now;
    return window.framesAtRest >= 10;
}"""


def settled(page: Page, *, timeout: int = ANSWER) -> None:
    """Wait until the script has ended, what it replaced is gone, nothing is computed and nothing moves any more."""
    page.evaluate("window.framesAtRest = 0")
    page.wait_for_function(_AT_REST, timeout=timeout)


def opened(page: Page, url: str) -> Page:
    """Open an address of the app and return the page when it is at rest."""
    page.goto(url)
    settled(page, timeout=FIRST_PAINT)
    return page


def set_size(page: Page, width: int, height: int) -> None:
    """Give the page a width and height in pixels."""
    page.set_viewport_size({"width": width, "height": height})


def fits(page: Page) -> None:
    """Fail unless the page comes to rest without a sideways scroll; charts follow a new width a moment later."""
    settled(page)
    page.wait_for_function(
        "(() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollWidth <= main.clientWidth; })()",
        timeout=10_000,
    )
