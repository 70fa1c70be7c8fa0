// Text from anywhere made fit for a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::wire {

bool is_utf8(std::string_view text);

// The text as valid UTF-8 of at most `most` bytes, cut between characters; bytes that are no UTF-8 become U+FFFD. Valid
// text that is short enough stays as it is.
std::string fit_text(std::string_view text, std::size_t most);

}  // namespace troupe::wire
