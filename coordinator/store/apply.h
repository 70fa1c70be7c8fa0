// What each edit means, written down once: the memory store is this, and every other store must load the same snapshot.
//
// - A grant replaces any other grant of its cell, and leaves the cell's retry bookkeeping as it is: failures counted so
//   far survive a crash during the next try. The grants of a campaign are sorted by rank.
// - A result makes its cell terminal; it must be of the cell's current generation, and the first of it.
// - A reused result is a result: of a cell of the current generation, from one that is done now.
// - Cancelling and requeueing end grants and forget retry bookkeeping.
// - Of a deleted campaign nothing stays but that its id was used.
// - An event has a higher id than any before it.
#pragma once

#include <span>

#include "common/base/status.h"
#include "coordinator/core/edit.h"
#include "coordinator/core/snapshot.h"

namespace troupe::store {

// Applies the edits in order. kInternal, with the reason, for an edit that makes no sense after those before it (a
// campaign that is not there or was there before, a cell's second result in one generation, a result of another
// generation, a reused one that is not there, an event's id a second time); `snapshot` is then partly changed.
Status apply_edits(core::Snapshot& snapshot, std::span<const core::Edit> edits);
Status apply_edit(core::Snapshot& snapshot, const core::Edit& edit);

}  // namespace troupe::store
