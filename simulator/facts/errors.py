"""The one error that reading the data files may raise."""


class FactsError(ValueError):
    """A data file is refused; the message is one sentence naming file, record, field, value and what is allowed."""

    def __init__(self, file: str, record: str, field: str, value: object, allowed: str) -> None:
        shown = repr(value)
        if len(shown) > _LONGEST_VALUE:
            shown = shown[: _LONGEST_VALUE - 3] + "..."
        super().__init__(f"{file}, record {record}, field {field}: {shown} is refused; {allowed}")


_LONGEST_VALUE = 80
