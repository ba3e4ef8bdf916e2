"""What tests of the running app share: how long to wait, when a page has come to rest, whether it fits its screen."""

from playwright.sync_api import Page

FIRST_PAINT = 120_000  # milliseconds; the first run may compile the kernel
ANSWER = 90_000

# Sizes of one screen are tried on one page, because opening it is the costly part; a phone, which folds the sidebar
# away from the start, has a page of its own.
SCREENS = ([(1440, 900), (1280, 720), (1024, 768)], [(390, 844)])


def settled(page: Page) -> None:
    """Wait until the script has ended, what it replaced is gone and nothing is computed any more."""
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton], [class*=st-key-background]')",
        timeout=ANSWER,
    )


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
