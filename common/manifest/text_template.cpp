#include "common/manifest/text_template.h"

#include "common/manifest/reader.h"

namespace troupe::manifest {

Result<std::vector<TemplatePiece>> parse_template(std::string_view text) {
  std::vector<TemplatePiece> pieces;
  const auto literal = [&](char c) {
    if (pieces.empty() || pieces.back().is_name) pieces.push_back({});
    pieces.back().text += c;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '{' && c != '}') {
      literal(c);
    } else if (at + 1 < text.size() && text[at + 1] == c) {
      literal(c);
      ++at;
    } else if (c == '}') {
      return Status(Code::kInvalid, "a \"}\" without its \"{\" (write \"}}\" for the brace itself)");
    } else {
      const std::size_t close = text.find_first_of("{}", at + 1);
      if (close == text.npos || text[close] == '{') {
        return Status(Code::kInvalid, "a \"{\" without its \"}\" (write \"{{\" for the brace itself)");
      }
      const std::string name(text.substr(at + 1, close - at - 1));
      if (!is_name(name)) {
        return Status(Code::kInvalid,
                      "\"{" + name.substr(0, 60) + "}\" holds no name (write \"{{\" for the brace itself)");
      }
      pieces.push_back({true, name});
      at = close;
    }
  }
  return pieces;
}

}  // namespace troupe::manifest
