#include "worker/diffusion/upscale/tiles.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kMirrored = 10;

// One axis of one tile, in pixels of the picture.
struct Span {
  std::int64_t begin = 0, end = 0;          // what the tile makes
  std::int64_t from = 0, to = 0;            // what of its output is used: more than that where neighbours blend
  std::int64_t seen_from = 0, seen_to = 0;  // what the network sees, in pixels of the mirrored picture
};

struct Axis {
  std::vector<Span> spans;
  std::int64_t blend = 0;  // pixels to either side of a border between tiles
};

// multiple: where a piece may begin; the network folds pixels together from there.
Axis divide(std::int64_t length, std::int64_t mirrored, const TileOptions& options, bool exact, std::int64_t multiple) {
  const std::int64_t count = (length + options.tile - 1) / options.tile;
  Axis axis;
  if (!exact) axis.blend = std::min(options.overlap / 2, length / count / 2);
  for (std::int64_t i = 0; i < count; ++i) {
    Span span;
    span.begin = i * length / count;
    span.end = (i + 1) * length / count;
    const bool first = i == 0, last = i + 1 == count;
    span.from = first ? 0 : span.begin - axis.blend;
    span.to = last ? length : span.end + axis.blend;
    span.seen_from = first ? 0 : std::max<std::int64_t>(0, span.begin - options.overlap + mirrored);
    span.seen_from -= span.seen_from % multiple;
    span.seen_to =
        last ? length + 2 * mirrored : std::min(length + 2 * mirrored, span.end + options.overlap + mirrored);
    axis.spans.push_back(span);
  }
  return axis;
}

// How much each of the used output pixels of a span counts; with its neighbours' it makes 1.
at::Tensor weights(const Span& span, std::int64_t blend, std::int64_t length, std::int64_t scale) {
  const at::Tensor place = (at::arange(span.from * scale, span.to * scale, at::kFloat) + 0.5) / scale;
  at::Tensor weight = at::ones_like(place);
  if (blend == 0) return weight;
  const double width = 2.0 * static_cast<double>(blend);
  if (span.begin > 0) weight = weight * ((place - (span.begin - blend)) / width).clamp(0, 1);
  if (span.end < length) weight = weight * (((span.end + blend) - place) / width).clamp(0, 1);
  return weight;
}

at::Tensor mirror(const at::Tensor& picture, std::int64_t vertical, std::int64_t horizontal) {
  return at::reflection_pad2d(picture, {horizontal, horizontal, vertical, vertical});
}

// The network's output for a piece whose sides may not be multiples of what it needs.
at::Tensor forward(const EnlargingNetwork& network, const at::Tensor& piece) {
  const std::int64_t multiple = network.multiple(), height = piece.size(2), width = piece.size(3);
  const std::int64_t down = (multiple - height % multiple) % multiple, right = (multiple - width % multiple) % multiple;
  const at::Tensor fitting = down == 0 && right == 0 ? piece : at::replication_pad2d(piece, {0, right, 0, down});
  return network.forward(fitting.contiguous(at::MemoryFormat::ChannelsLast))
      .slice(2, 0, height * network.scale())
      .slice(3, 0, width * network.scale());
}

}  // namespace

Result<at::Tensor> enlarge_in_tiles(const EnlargingNetwork& network, const at::Tensor& picture,
                                    const TileOptions& options, const std::function<bool(int, int)>& on_tile) {
  const std::int64_t height = picture.size(2), width = picture.size(3), scale = network.scale();
  const bool exact = network.reach() <= options.overlap;
  const std::int64_t vertical = std::min(kMirrored, height - 1), horizontal = std::min(kMirrored, width - 1);
  const at::Tensor mirrored = mirror(picture, vertical, horizontal);
  const std::int64_t multiple = network.multiple();
  const Axis rows = divide(height, vertical, options, exact, multiple);
  const Axis columns = divide(width, horizontal, options, exact, multiple);
  at::Tensor sum = at::zeros({3, height * scale, width * scale}, at::kFloat);
  const int all = static_cast<int>(rows.spans.size() * columns.spans.size());
  int done = 0;
  for (const Span& row : rows.spans) {
    const at::Tensor row_weights = weights(row, rows.blend, height, scale).unsqueeze(1);
    for (const Span& column : columns.spans) {
      if (on_tile && !on_tile(done, all)) return Status(Code::kCancelled, "upscale: stopped");
      const at::Tensor piece = mirrored.slice(2, row.seen_from, row.seen_to).slice(3, column.seen_from, column.seen_to);
      // Where in the piece's output the part lies that is used.
      const std::int64_t top = (row.from + vertical - row.seen_from) * scale;
      const std::int64_t left = (column.from + horizontal - column.seen_from) * scale;
      const at::Tensor used = forward(network, piece)[0]
                                  .slice(1, top, top + (row.to - row.from) * scale)
                                  .slice(2, left, left + (column.to - column.from) * scale)
                                  .to(at::kCPU, at::kFloat);
      sum.slice(1, row.from * scale, row.to * scale)
          .slice(2, column.from * scale, column.to * scale)
          .add_(used * row_weights * weights(column, columns.blend, width, scale));
      ++done;
    }
  }
  if (on_tile && !on_tile(done, all)) return Status(Code::kCancelled, "upscale: stopped");
  return sum;
}

}  // namespace troupe::diffusion
