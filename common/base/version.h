// The release, for people. What must agree between two programs has numbers of its own: the protocol's version in
// common/wire/version.h, the store's schema, kNumericsVersion.
#pragma once

namespace troupe {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace troupe
