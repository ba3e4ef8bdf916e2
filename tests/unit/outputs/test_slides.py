"""The slides: five, nothing outside the page, every picture spoken, caveats in the notes."""

import io
import re

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from simulator.outputs import findings
from simulator.outputs.text import Words
from tests import bundles
from tests.bundles import members

DECK = Presentation(io.BytesIO(members(bundles.bundle())["slides.pptx"]))
SLIDES = list(DECK.slides)


def texts(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_there_are_five_and_nothing_stands_outside():
    assert len(SLIDES) == 5
    for slide in SLIDES:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= DECK.slide_width
            assert shape.top + shape.height <= DECK.slide_height


def test_pictures_leave_room_for_title_and_foot_and_keep_their_shape():
    pictures = [[s for s in slide.shapes if s.shape_type == MSO_SHAPE_TYPE.PICTURE] for slide in SLIDES]
    assert [len(found) for found in pictures] == [0, 1, 1, 1, 0]
    for slide, (picture,) in zip(SLIDES[1:4], pictures[1:4], strict=True):
        title, foot = (s for s in slide.shapes if s.has_text_frame and s.text_frame.text)
        assert title.top + title.height <= picture.top
        assert picture.top + picture.height <= foot.top
        wide, high = picture.image.size
        assert abs(picture.width / picture.height - wide / high) < 0.01 * wide / high


def test_every_picture_says_what_it_shows():
    export = bundles.export()
    finding = findings.path_finding(export.overviews[1], export.references[1], export.words)
    spoken = [s._element._nvXxPr.cNvPr.get("descr") for s in SLIDES[1].shapes if s.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert spoken == [finding.alt]
    assert texts(SLIDES[1])[1] == finding.title


def test_answer_comes_first_and_the_way_back_last():
    export = bundles.export()
    first, last = "\n".join(texts(SLIDES[0])), "\n".join(texts(SLIDES[4]))
    assert findings.headline(export.view(1), export.overviews[1], export.words) in first
    assert bundles.EVIL in first
    assert "simulator verify" in last


def test_notes_hold_the_caveats():
    for slide in SLIDES:
        notes = slide.notes_slide.notes_text_frame.text
        for name in ("thin", "contradict", "budget"):
            caveat = Words("id")(f"data.caveat.{name}")
            assert re.sub(r"\*\*", "", caveat) in notes
