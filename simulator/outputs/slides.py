"""Five slides of a bundle: the answer, the path, arrival, money, and what it rests on; the caveats in the notes."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from simulator.evidence.stored import load_backtest
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs import findings, trust
from simulator.outputs.exports import Export
from simulator.outputs.grounds import deciding
from simulator.outputs.pictures import COMPARISON, Drawn
from simulator.outputs.report import CAVEATS, commands, plans
from simulator.outputs.text import Words

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
_MARGIN = Inches(0.7)
_INSIDE = Emu(WIDTH - 2 * _MARGIN)
_TITLE_TOP, _TITLE_HEIGHT = Inches(0.5), Inches(1.15)
_BODY_TOP = Inches(1.7)
_FOOT_TOP, _FOOT_HEIGHT = Inches(6.98), Inches(0.36)
_BODY_HEIGHT = Emu(_FOOT_TOP - _BODY_TOP - Inches(0.1))
_ACCENT, _INK, _MUTED = map(RGBColor.from_string, ("006D6A", "1A2B2C", "56666A"))
_FONT = "Arial"  # on every machine that opens slides
_BLANK = 6
_MOST_GROUNDS = 4
_CREATED = datetime(2026, 1, 31)  # fixed, so that the same numbers give the same file


def slides_bytes(export: Export, drawn: Sequence[Drawn]) -> bytes:
    """Return the slides; `drawn` are the charts of the bundle."""
    charts = {its.name: its for its in drawn}
    words, name = export.words, export.results[export.told].name
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _describe(deck, words)
    _answer(deck, export, charts.get(COMPARISON))
    for kind in ("path", "arrival", "money"):
        _picture(deck, charts[f"{name}-{kind}"], export)
    _rests(deck, export)
    buffer = io.BytesIO()
    deck.save(buffer)
    return _without_time(buffer.getvalue())


def _describe(deck: Deck, words: Words) -> None:
    its = deck.core_properties
    its.title, its.author, its.last_modified_by = words("report.question"), words("report.kind"), words("report.kind")
    its.created = its.modified = _CREATED
    its.language = words.language


def _answer(deck: Deck, export: Export, comparison: Drawn | None) -> None:
    words, n = export.words, export.told
    shown, view = export.overviews[n], export.view(n)
    slide = _slide(deck, words("report.question"), export)
    cards = [card(view, shown, words) for card in (findings.odds_card, findings.arrival_card, findings.people_card)]
    paragraphs = [
        (f"{findings.headline(view, shown, words)}.", 32, True),
        (export.labels[n], 22, False),
        *((f"{card.label}: {card.value}", 24, False) for card in cards),
        (findings.subtitle(view, shown, export.results[n].facts, words), 16, False),
    ]
    _text(slide, paragraphs, _BODY_TOP, _BODY_HEIGHT)
    others = [f"{its.label}: {its.headline}." for its in plans(export)]
    compared = [] if comparison is None else [comparison.finding.alt]
    _notes(slide, [*others, *compared, *(" ".join([card.label, card.value, *card.notes]) for card in cards)], words)


def _picture(deck: Deck, drawn: Drawn, export: Export) -> None:
    slide = _slide(deck, drawn.finding.title, export)
    picture = slide.shapes.add_picture(io.BytesIO(drawn.png), _MARGIN, _BODY_TOP)
    scale = min(_INSIDE / picture.width, _BODY_HEIGHT / picture.height)
    picture.width, picture.height = Emu(int(picture.width * scale)), Emu(int(picture.height * scale))
    picture.left = Emu(int((WIDTH - picture.width) / 2))
    picture._element._nvXxPr.cNvPr.set("descr", drawn.finding.alt)
    _notes(slide, [drawn.finding.sentence, drawn.caption], export.words)


def _rests(deck: Deck, export: Export) -> None:
    words = export.words
    slide = _slide(deck, words("report.rests"), export)
    grounds = deciding(export, export.told)[:_MOST_GROUNDS]
    verdict, scores = trust.verdict(load_backtest(), words)
    paragraphs = [
        (words("report.deciding"), 22, True),
        *((f"{its.label}: {its.range} ({its.grade})", 20, False) for its in grounds),
        (f"{verdict}.", 22, True),
        (words("report.again"), 22, True),
        *((command, 16, False) for command in commands(export)[:1]),
        (words("report.again_how"), 16, False),
    ]
    _text(slide, paragraphs, _BODY_TOP, _BODY_HEIGHT)
    _notes(slide, [*scores, *commands(export), words("report.deciding_note")], words)


def _slide(deck: Deck, title: str, export: Export) -> Slide:
    """Return a slide with its title, an accent above it, and at its foot what the numbers are of."""
    words, first = export.words, export.results[0]
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Emu(0), Emu(0), WIDTH, Inches(0.16))
    bar.fill.solid()
    bar.fill.fore_color.rgb = _ACCENT
    bar.line.fill.background()
    size = 30 if len(title) < 60 else 25
    _text(slide, [(title, size, True)], _TITLE_TOP, _TITLE_HEIGHT, colour=_ACCENT)
    foot = words(
        "strip.basis",
        month=words.month(DATA_MONTH),
        version=export.overviews[0].model_version,
        seed=first.seed,
        draws=words.number(first.draws),
    )
    _text(slide, [(f"{export.labels[export.told]} · {foot}", 11, False)], _FOOT_TOP, _FOOT_HEIGHT, colour=_MUTED)
    return slide


def _text(
    slide: Slide, paragraphs: Sequence[tuple[str, int, bool]], top: int, height: int, *, colour: RGBColor = _INK
) -> None:
    """Write paragraphs of text, size in points and weight into a box over the width of the slide."""
    frame = slide.shapes.add_textbox(_MARGIN, Emu(top), _INSIDE, Emu(height)).text_frame
    frame.word_wrap = True
    for number, (text, size, bold) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size / 2.5)
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.name, run.font.color.rgb = Pt(size), bold, _FONT, colour


def _notes(slide: Slide, paragraphs: Sequence[str], words: Words) -> None:
    caveats = [words(f"data.caveat.{name}") for name in CAVEATS]
    lines = [*paragraphs, *caveats, words("setting.what_ranges")]
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        msg = "the notes of a slide have no place for text"
        raise RuntimeError(msg)
    frame.text = "\n".join(line.replace("**", "") for line in lines)


def _without_time(content: bytes) -> bytes:
    """Return the file with the same members and no time of writing."""
    from simulator.outputs.bundle import zipped

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})
