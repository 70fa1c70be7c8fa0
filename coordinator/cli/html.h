// Text for HTML pages.
#pragma once

#include <string>
#include <string_view>

namespace troupe::cli {

// Fit for text and for attributes in double quotes: & < > " ' become entities, control characters and bytes that are no
// UTF-8 become U+FFFD.
std::string escape_html(std::string_view text);

// RFC 4648 with padding.
std::string base64(std::string_view bytes);

}  // namespace troupe::cli
