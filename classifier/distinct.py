"""Which of many numbers are the same: by counting, which takes time in proportion to how many there are."""

import numpy as np
from scipy import sparse

from classifier.context import Flags, Numbers


def order_of(numbers: Numbers) -> Numbers:
    """Return what sorts small `numbers`, all >= 0, equal ones in their order; the time grows with the greatest too."""
    places = np.arange(len(numbers), dtype=np.int32)
    size = (int(numbers.max(initial=-1)) + 1, len(numbers))
    counted = sparse.coo_matrix((np.ones(len(numbers), dtype=np.bool_), (numbers.astype(np.int32), places)), size)
    return counted.tocsr().indices.astype(np.intp)


def distinct_pairs(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Return where each distinct pair stands first, ascending by pair, and the number of each pair among those."""
    order = order_of(right)
    order = order[order_of(left[order])]
    begins = (np.diff(left[order], prepend=-1) != 0) | (np.diff(right[order], prepend=-1) != 0)
    numbers = np.empty(len(order), dtype=np.intp)
    numbers[order] = np.cumsum(begins) - 1
    return order[begins], numbers


def first_in_row(rows: Numbers, columns: Numbers) -> Flags:
    """Tell which of `columns` stand first in their row; `rows` ascend."""
    order = order_of(columns)
    first = np.ones(len(order), dtype=np.bool_)
    first[order[1:]] = (np.diff(columns[order]) != 0) | (np.diff(rows[order]) != 0)
    return first
