"""Words and number formats in Indonesian and English.

A text has a key; the catalogues under `locale/` hold it in both languages. The language is a value that callers pass
on, never a global setting. `tools/catalogue.py` compiles the catalogues.
"""

import gettext
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from babel.dates import format_date
from babel.numbers import format_decimal

from simulator.facts.calendar import MONTHS_PER_YEAR

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "id"

_LOCALE_FOLDER = Path(__file__).resolve().parent / "locale"
_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
_TWO_DIGITS = 99.5
_TENTHS = 10


class MissingTextError(LookupError):
    """A key has no text in a catalogue: a fault of the program, never shown to a user."""


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    return gettext.translation("messages", _LOCALE_FOLDER, [language])


@lru_cache(maxsize=2**14)  # a page shows a thousand numbers, most of which it has shown before
def _formatted(shown: float, digits: int, language: Language) -> str:
    decimals = f".{'0' * digits}" if digits else ""
    return format_decimal(shown, format=f"#,##0{decimals}", locale=language)


@dataclass(frozen=True)
class Words:
    """All wording of one language.

    Attributes
    ----------
    language : str
        ``id`` or ``en``.
    """

    language: Language

    def __call__(self, key: str, **fields: object) -> str:
        """Return the text of `key` with its fields filled in.

        Raises
        ------
        MissingTextError
            If the catalogue has no such key.
        """
        text = _catalogue(self.language).gettext(key)
        if text == key:
            msg = f"text {key!r} is missing in the catalogue {self.language!r}"
            raise MissingTextError(msg)
        return text.format(**fields)

    def number(self, value: float, digits: int = 0) -> str:
        """Return `value` with `digits` decimals and grouped thousands."""
        shown = round(value, digits) + 0.0  # a rounded negative becomes 0, not -0
        return _formatted(shown, digits, self.language)

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share (0-1) as per cent."""
        return self.number(100 * share, digits) + self.percent_sign

    def exact_percent(self, share: float) -> str:
        """Return a share that was set, not computed, with the decimals that it has (two at most)."""
        return format_decimal(100 * share, format="#,##0.##", locale=self.language) + self.percent_sign

    @property
    def percent_sign(self) -> str:
        """The sign as it follows a number in this language."""
        return "\N{NO-BREAK SPACE}%" if self.language == "id" else "%"

    def percent_range(self, low: float, high: float, digits: int = 0) -> str:
        """Return two shares as one range of per cent; one number where both read alike."""
        return self._range(self.number(100 * low, digits), self.number(100 * high, digits)) + self.percent_sign

    def number_range(self, low: float, high: float, digits: int = 0) -> str:
        """Return a range of numbers; one number where both read alike."""
        return self._range(self.number(low, digits), self.number(high, digits))

    def people(self, count: float) -> str:
        """Return a number of people, rounded to what can be remembered."""
        return self("unit.people", n=self._amount(count))

    def people_range(self, low: float, high: float) -> str:
        """Return a range of numbers of people."""
        return self("unit.people", n=self._amount_range(low, high))

    def rupiah(self, amount: float) -> str:
        """Return an amount of rupiah, such as Rp 49,1 miliar."""
        return f"Rp\N{NO-BREAK SPACE}{self._amount(amount)}"

    def rupiah_range(self, low: float, high: float) -> str:
        """Return a range of amounts of rupiah."""
        return f"Rp\N{NO-BREAK SPACE}{self._amount_range(low, high)}"

    def month(self, month: int, *, short: bool = False) -> str:
        """Return month number `month` (see `simulator.facts.calendar`) with its year."""
        return format_date(_first_day(month), "LLL y" if short else "LLLL y", locale=self.language)

    def month_name(self, calendar_month: int) -> str:
        """Return the name of calendar month 1-12."""
        return format_date(date(2000, calendar_month, 1), "LLLL", locale=self.language)

    def last_day(self, month: int) -> str:
        """Return the last day of a month, such as 31 Desember 2026."""
        last = date.fromordinal(_first_day(month + 1).toordinal() - 1)
        return format_date(last, "d MMMM y", locale=self.language)

    def end_of(self, month: int) -> str:
        """Return the end of a month, named by its year alone where that ends with it."""
        if month % MONTHS_PER_YEAR == MONTHS_PER_YEAR - 1:
            return self("month.end_of_year", year=month // MONTHS_PER_YEAR)
        return self("month.end", month=self.month(month))

    def month_range(self, first: int, last: int) -> str:
        """Return two months as one range; the year stands once where it is the same."""
        if first == last:
            return self.month(first)
        if first // MONTHS_PER_YEAR == last // MONTHS_PER_YEAR:
            return f"{self.month_name(first % MONTHS_PER_YEAR + 1)}–{self.month(last)}"
        return f"{self.month(first)} – {self.month(last)}"

    def odds(self, share: float, draws: int) -> str:
        """Return the odds in tenths of futures.

        Parameters
        ----------
        share : float
            Share of draws, 0-1.
        draws : int
            Number of draws; named where none or all of them agree.
        """
        if share in (0, 1):
            return self("odds.none" if share == 0 else "odds.all", draws=self.number(draws))
        tenths = round(_TENTHS * share)
        if tenths in (0, _TENTHS):
            return self("odds.below_one" if tenths == 0 else "odds.above_nine")
        return self("odds.tenths", n=tenths)

    def _amount(self, value: float) -> str:
        scale, name = _scale(value)
        return self.number(value / scale, _digits(value, scale)) + self._scale_word(name)

    def _amount_range(self, low: float, high: float) -> str:
        """Return both ends at the scale and precision of the larger one, so that it stands once."""
        scale, name = _scale(max(abs(low), abs(high)))
        digits = (
            0 if max(abs(low), abs(high)) / scale >= _TWO_DIGITS else max(_digits(low, scale), _digits(high, scale))
        )
        ends = (self.number(end / scale, digits) for end in (low, high))
        return self._range(*ends) + self._scale_word(name)

    def _scale_word(self, name: str) -> str:
        return f"\N{NO-BREAK SPACE}{self(f'scale.{name}')}" if name else ""

    def _range(self, low: str, high: str) -> str:
        if low == high:
            return low
        if "-" in low + high:  # a dash between signed numbers cannot be read
            return self("range.words", low=low, high=high)
        return f"{low}–{high}"


class SaidError(ValueError):
    """Something cannot be done, for a reason that stands in the catalogues; `str()` is the English sentence.

    Parameters
    ----------
    key : str
        Which text says it.
    fields : str or int
        What fills its fields.
    """

    def __init__(self, key: str, **fields: str | int) -> None:
        super().__init__(Words("en")(key, **fields))
        self.key = key
        self.fields = fields

    def said(self, language: Language) -> str:
        """Return the sentence in a language."""
        return Words(language)(self.key, **self.fields)


def _scale(value: float) -> tuple[float, str]:
    """Return the largest scale that `value` fills, and its name; 1 and no name below a thousand."""
    return next(((scale, name) for scale, name in _LARGE if abs(value) >= scale), (1.0, ""))


def _digits(value: float, scale: float) -> int:
    """Return how many decimals an amount needs: one, where less than a hundred of its scale and not whole."""
    scaled = abs(value) / scale
    return int(scale > 1 and scaled < _TWO_DIGITS and round(scaled, 1) != round(scaled))


def _first_day(month: int) -> date:
    return date(month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)


def distinct(names: Iterable[str], repeated: str = "{name} ({number})") -> tuple[str, ...]:
    """Return names that differ: one that comes again is written as `repeated` says, with the first free number."""
    out: list[str] = []
    for name in names:
        number, shown = 1, name
        while shown in out:
            number += 1
            shown = repeated.format(name=name, number=number)
        out.append(shown)
    return tuple(out)
