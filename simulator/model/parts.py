"""Some of the futures of a sample, so that a run need not take all."""

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from simulator.model.inputs import Sample
from simulator.model.start import StartState


def some(sample: Sample, rows: NDArray[np.intp] | slice) -> Sample:
    """Return some futures of a sample, which may repeat; a slice copies nothing."""
    return replace(
        sample,
        parameters={name: values[rows] for name, values in sample.parameters.items()},
        start=StartState(*(getattr(sample.start, field.name)[rows] for field in fields(sample.start))),
        **{name: getattr(sample, name)[rows] for name in ("base", "par", "renewal", "shocks")},
    )
