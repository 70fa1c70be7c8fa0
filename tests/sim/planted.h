// Deliberate mistakes: the simulator must find each of them, or it proves nothing.
#pragma once

namespace troupe::sim {

enum class Bug {
  kNone,
  kAckBeforeCommit,    // acks leave before the batch that commits the results is durable
  kLeaseBeforeCommit,  // so do leases
  kNoGenerationCheck,  // a result counts whatever generation it is of
  kForgetEarly,        // the outbox is emptied when a result was sent, not when it was acknowledged
  kBlobBeforeSync,     // an upload is confirmed before the blob is durable
};

// Whether this farm makes that mistake. The program `simulate` is linked with planted_none.cpp, where the answer is
// always no; the tests have a planted_bugs.cpp of their own, which plants what a test asks for.
bool planted(Bug bug);

}  // namespace troupe::sim
