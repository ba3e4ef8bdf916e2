"""Fixed pieces of style and page language, and the one way in which text of users reaches the page."""

import re

import streamlit as st

from simulator.outputs.text import Language, Words

# Fixed strings and texts of ours only: nothing that a user typed ever reaches them. What is hidden has built-in words
# in English; the app offers the same in both languages.
_STYLE = """<style>
[data-testid="stHeader"], [data-testid="stToolbar"] { height: 2.8rem; min-height: 2.8rem; }
[data-testid="stHeader"] { border-bottom: 1px solid rgb(128 145 144 / .25); }
[data-testid="stMainBlockContainer"] { padding: 3.5rem 2rem 2rem; max-width: 1560px; }
@media (max-width: 768px) { [data-testid="stMainBlockContainer"] { padding: 3.2rem 1.2rem 2rem; } }
@media (min-width: 1360px) { div:has(> .st-key-menu) { display: none; } }
@media (max-width: 1359.9px) { [data-testid="stTopNav"] { visibility: hidden; } }
@media (min-width: 769px) and (max-width: 1359.9px) {
  div:has(> .st-key-menu) { height: 0; margin-top: -.55rem; }
  .st-key-menu { position: fixed; top: .25rem; width: auto; z-index: 999991; }
  body:has([data-testid="stSidebar"][data-collapsed="true"]) .st-key-menu { margin-left: 1.5rem; } }
.st-key-menu [data-testid="stPageLink-NavLink"][aria-current="page"] p { font-weight: 600; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: .55rem; }
[data-testid="stCaptionContainer"] { margin-bottom: 0; color: inherit; opacity: .82; }
[data-testid="stMain"] [data-testid="stCaptionContainer"] p { font-size: .82rem; line-height: 1.35; margin: 0; }
[data-testid="stMain"] h1 { font-size: 1.65rem; line-height: 1.25; padding: 0 0 .5rem; text-wrap: balance; }
[data-testid="stMain"] h2, [data-testid="stMain"] h3 { font-size: 1.3rem; line-height: 1.3; }
.st-key-welcome { background: rgb(0 130 125 / .09); padding: .4rem .9rem; border-radius: .3rem; }
.st-key-welcome p { font-size: .9rem; margin: 0; }
.st-key-welcome [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-strip p { font-size: .82rem; margin: 0; }
.st-key-strip [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-strip .stMarkdownBadge { font-size: .78rem !important; line-height: 1.2; }
.st-key-cards [data-testid="stMetricLabel"] { height: auto; }
.st-key-cards [data-testid="stMetricLabel"] p { white-space: normal; font-size: .85rem; }
.st-key-cards [data-testid="stMetricValue"], .st-key-cards [data-testid="stMetricValue"] * {
  font-size: 1.4rem; line-height: 1.2; white-space: normal; overflow: visible; overflow-wrap: anywhere; }
.st-key-heading [data-testid="stHorizontalBlock"], .st-key-charts [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
.st-key-heading [data-testid="stColumn"]:first-child { min-width: min(30rem, 100%); }
.st-key-heading [data-testid="stColumn"]:last-child { min-width: min(11rem, 100%); }
.st-key-charts [data-testid="stColumn"] { min-width: min(27rem, 100%); }
.st-key-charts [data-testid="stExpander"] summary { padding-block: .3rem; }
.st-key-charts p { margin: 0; }
.st-key-charts [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-caveats [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-caveats p { font-size: .88rem; margin: 0; }
.st-key-caveats { border-left: .25rem solid #b45309; padding-left: .8rem; margin-top: .4rem; }
.st-key-replaced [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-replaced p { font-size: .9rem; margin: 0; }
.st-key-replaced button { min-height: 1.6rem; padding: 0 .3rem; }
.st-key-replaced button p, .st-key-reset_assumptions button p { font-size: .85rem; text-decoration: underline; }
.st-key-reset_assumptions button { min-height: 1.6rem; padding: 0; }
[class*="st-key-wide-"] { overflow-x: auto; }
[class*="st-key-wide-"] table { font-size: .82rem; min-width: 40rem; }
[class*="st-key-wide-"] th p { font-size: .82rem; }
[class*="st-key-wide-"] td { vertical-align: top; }
[class*="st-key-wide-"]:is(.st-key-wide-facts, .st-key-wide-newest, [class*="st-key-wide-sides"]) td:first-child * {
  white-space: nowrap; }
.st-key-wide-facts table, .st-key-wide-newest table { min-width: 58rem; }
[class*="st-key-filters-"] > div { min-width: min(11rem, 100%); }
.st-key-trust h2 { padding: 1rem 0 .5rem; }
.st-key-wide-sampler table, .st-key-wide-own_rows table { min-width: 0; }
.st-key-wide-own_rows :is(th, td) { padding-inline: .25rem; }
[data-testid="stElementToolbar"], [data-testid="InputInstructions"] { display: none; }
[data-testid="stMain"] [data-testid="stPopoverButton"], [data-testid="stMain"] [data-testid="stDownloadButton"] button {
  padding: 0 .3rem; min-height: 1.8rem; font-size: .85rem; }
div:has(> [class*="st-key-running-"]) { position: absolute; }
[class*="st-key-running-"] { position: fixed; right: 1rem; bottom: 1rem; width: min(26rem, 90vw); z-index: 1000;
  padding: .6rem 1rem; border: 1px solid #8fa3a2; border-radius: .5rem; background: Canvas; color: CanvasText; }
[data-testid="stSidebar"][data-collapsed="true"] { visibility: hidden; }
[data-testid="stSidebarHeader"] { height: 1.6rem; min-height: 0; padding: .2rem .5rem 0; margin: 0; }
[data-testid="stSidebarContent"] { padding: 0 .5rem; }
[data-testid="stSidebarUserContent"] { padding: 0 .5rem 1rem; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: .1rem; }
[data-testid="stSidebar"] [data-testid="stWidgetLabel"] { min-height: 0; margin: 0; }
[data-testid="stSidebar"] [data-testid="stWidgetLabel"] p { font-size: .84rem; line-height: 1.2; }
[data-testid="stSidebar"] [data-testid="stCaptionContainer"] p { font-size: .72rem; line-height: 1;
  margin: .45rem 0 .1rem; }
[data-testid="stSidebar"] [data-testid="stSliderThumbValue"] { font-size: .8rem; }
[data-testid="stSidebar"] [data-testid="stSliderTickBar"] p { font-size: .7rem; }
[data-testid="stSidebar"] [data-testid="stSlider"] [data-testid="stWidgetLabel"] { padding: 0 6rem .15rem 0; }
[data-testid="stSidebar"] [data-testid="stExpander"] p { font-size: .85rem; }
[class*="st-key-row_"] { position: relative; }
[class*="st-key-row_"] > div:has([data-testid="stPopover"]) {
  position: absolute; top: -.15rem; right: 0; width: auto; z-index: 1; }
[class*="st-key-row_"] [data-testid="stPopoverButton"] { padding: 0; min-height: 1.2rem; border: 0; }
[class*="st-key-row_"] [data-testid="stPopoverButton"] .stMarkdownBadge {
  font-size: .72rem !important; line-height: 1.2; }
</style>"""
# White letters on the light accent of the dark appearance would be too faint.
_ON_ACCENT = """<style>
:is([data-testid="stBaseButton-primary"]:not(:disabled), [data-tag]),
:is([data-testid="stBaseButton-primary"]:not(:disabled), [data-tag]) * { color: #06201e; }
</style>"""
# While the server is out of reach nothing can be drawn, so the words must be there before; Streamlit's own are English
# and speak to programmers.
_CUT_OFF = """<style>
body:has([data-test-connection-state="PINGING_SERVER"], [data-test-connection-state="CONNECTING"])
  [data-testid="stDialog"] {{ display: none; }}
:is([data-test-connection-state="PINGING_SERVER"], [data-test-connection-state="CONNECTING"])::after {{
  content: "{text}"; position: fixed; left: 50%; bottom: 1rem; transform: translateX(-50%); z-index: 1000001;
  padding: .6rem 1rem; border: 1px solid #8fa3a2; border-radius: .5rem; background: Canvas; color: CanvasText; }}
</style>"""
_PAGE_LANGUAGE: dict[Language, str] = {
    "id": "<script>document.documentElement.lang = 'id'</script>",
    "en": "<script>document.documentElement.lang = 'en'</script>",
}
_BREAKS = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")  # that space holds a number and its unit together
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=\"'/@])")


def apply(language: Language) -> None:
    """Set the page's style and tell the browser its language."""
    cut_off = _CUT_OFF.format(text=Words(language)("app.cut_off"))
    st.html(_STYLE + cut_off + (_ON_ACCENT if st.context.theme.type == "dark" else ""))
    st.html(_PAGE_LANGUAGE[language], unsafe_allow_javascript=True)


def plain(text: str) -> str:
    """Return text that Markdown shows as it was typed, on one line."""
    return _MARKUP.sub(r"\\\1", _BREAKS.sub(" ", text).strip())
