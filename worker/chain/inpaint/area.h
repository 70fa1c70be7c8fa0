// Where an inpainting works, and at what size. Masks here are grey pictures of 0 (kept) and 255 (to be repainted).
#pragma once

#include <optional>

#include "common/picture/picture.h"

namespace troupe::chain {

// Pixels of a picture; inside of it, with an area.
struct Area {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const Area&) const = default;
};

// A mask of any greys as one of 0 and 255: 128 and above is repainted. Needs one channel.
picture::Picture binarised(picture::Picture mask);

// Sets the pixels of `area` that lie in the mask to 0.
void take_out(picture::Picture& mask, const Area& area);

// The least area that holds all that is to be repainted; nothing for a mask of zeros.
std::optional<Area> bounds(const picture::Picture& mask);

// The share of the mask that is to be repainted, 0 to 1.
double repainted_share(const picture::Picture& mask);

// That part of a picture of any channels.
picture::Picture crop(const picture::Picture& image, const Area& area);

// Repaints whole cells of `cell` x `cell` pixels, from the upper left, where any pixel of one is to be repainted: a
// model changes the picture a cell at a time.
void cover_cells(picture::Picture& mask, int cell);

struct Workplace {
  Area area;             // of the picture
  picture::Extent size;  // that the model works at: sides are multiples of what it asks for
};

// The whole picture, at its size or the nearest one that the model can.
Workplace whole_picture(picture::Extent picture, int multiple);

// The surroundings of `mask`'s bounds: `context` pixels more on each side, then widened towards a square as far as the
// picture goes, never beyond it. The longer side becomes `native_side`, where the model is at its best; 0 leaves it.
Workplace surroundings(const Area& bounds, int context, picture::Extent picture, int native_side, int multiple);

}  // namespace troupe::chain
