// The numbers of a name's revisions: none is given twice, whatever was deleted, since labels ("spring#2") outlive their
// campaigns in event logs, workers' outboxes and users' folders.
//
// A name whose newest revision is there needs no memory. Of the others the highest number that was given is kept, as
// facts of the kind "revision" by name; when they are too many, those with the lowest numbers become one floor (the
// fact of the empty name), which no name goes below that nothing else is known of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/edit.h"

namespace troupe::core {

class Revisions {
 public:
  static constexpr std::size_t kMostNames = 10'000;

  // What the next revision of the name is called, where `newest` is the highest that there is; 0: there is none.
  std::uint32_t next(const std::string& name, std::uint32_t newest) const;
  // A next() one was made: nothing need be remembered of the name. What is to be written down.
  std::vector<FactStored> given(const std::string& name);
  // The newest that there is goes. What is to be written down.
  std::vector<FactStored> gone(const std::string& name, std::uint32_t revision, std::size_t most = kMostNames);
  // Not to be given to another, as long as this lives.
  void spare(const std::string& name, std::uint32_t revision);

  void restore(const std::map<std::pair<std::string, std::string>, std::string>& facts);
  bool operator==(const Revisions&) const = default;

 private:
  std::map<std::string, std::uint32_t> highest_;
  std::uint32_t floor_ = 0;
};

}  // namespace troupe::core
