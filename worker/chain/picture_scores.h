// Numbers that say how good a picture is, from its pixels alone.
#pragma once

#include "common/picture/picture.h"

namespace troupe::chain {

// The greatest standard deviation of a colour channel, in levels of 0..255.
double deviation(const picture::Picture& image);

// The variance of the Laplacian (4 neighbours; pixels at the border are left out) of the grey picture (weights of
// Rec. 601), in levels squared: the usual measure of focus (Pech-Pacheco et al. 2000). 0 for a picture without inside.
double sharpness(const picture::Picture& image);

// The share of the mask's pixels that are on (128 or more), 0..1.
double covered_share(const picture::Picture& mask);

}  // namespace troupe::chain
