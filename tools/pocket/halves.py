"""Weights in half precision for a repository: what is shorter than half precision compresses, and is no worse."""

import torch

MANTISSA_BITS = 10  # of half precision


def shortened(weight, bits):
    """A half-precision matrix or filter rounded to `bits` of mantissa; vectors, which are few, as they are."""
    if weight.dim() < 2 or bits >= MANTISSA_BITS:
        return weight
    dropped = MANTISSA_BITS - bits
    pattern = weight.contiguous().view(torch.int16).to(torch.int32)  # a carry into the exponent is what rounding up is
    pattern = (pattern + (1 << (dropped - 1))) >> dropped << dropped
    return pattern.to(torch.int16).view(torch.float16)
