"""Compile the catalogues of texts: ``python tools/catalogue.py``, from the project's folder.

The sources are ``simulator/outputs/locale/LANGUAGE/LC_MESSAGES/messages.po``; the compiled file stands beside each.
"""

import io
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).resolve().parents[1] / "simulator" / "outputs" / "locale"


def compiled(source: Path) -> bytes:
    """Return the compiled form of one catalogue.

    Raises
    ------
    babel.messages.pofile.PoFileError
        If the source is no valid catalogue.
    """
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parents[1].name, abort_invalid=True)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    """Compile every catalogue; return the exit code."""
    for source in sorted(LOCALE_FOLDER.glob("*/LC_MESSAGES/messages.po")):
        source.with_suffix(".mo").write_bytes(compiled(source))
        print(f"{source.parents[1].name}: compiled", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
