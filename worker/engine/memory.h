// How an engine's process treats memory.
#pragma once

namespace troupe::engine {

// Tensors of megabytes come and go with each layer: from here on their memory is kept, instead of given back to the
// kernel and got again page by page, which costs several times the computation. Call it first in main.
void keep_freed_memory();

}  // namespace troupe::engine
