#include "common/picture/xmp.h"

#include <algorithm>
#include <optional>

#include "common/picture/utf8.h"

namespace troupe::picture {
namespace {

std::string xml_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    const bool allowed = c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (allowed) {
      append_utf8(out, c);
    }
  }
  return out;
}

// The character that an entity stands for; empty for one that XMP does not need.
std::string_view character_of(std::string_view entity) {
  if (entity == "amp") return "&";
  if (entity == "lt") return "<";
  if (entity == "gt") return ">";
  if (entity == "quot") return "\"";
  if (entity == "apos" || entity == "#39") return "'";
  return {};
}

std::string plain_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t start = std::min(text.find('&'), text.size());
    out += text.substr(0, start);
    text.remove_prefix(start);
    const std::size_t end = text.find(';');
    const std::string_view character = end == text.npos ? std::string_view() : character_of(text.substr(1, end - 1));
    if (!character.empty()) {
      out += character;
      text.remove_prefix(end + 1);
    } else if (!text.empty()) {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

// What stands between `open` and `close` from `at` on; moves `at` behind it. Nothing where one of them is not there.
std::optional<std::string_view> between(std::string_view text, std::string_view open, std::string_view close,
                                        std::size_t& at) {
  const std::size_t start = text.find(open, at);
  if (start == text.npos) return std::nullopt;
  const std::size_t end = text.find(close, start + open.size());
  if (end == text.npos) return std::nullopt;
  at = end + close.size();
  return text.substr(start + open.size(), end - start - open.size());
}

}  // namespace

std::string xmp_packet(const std::vector<std::string>& consents) {
  std::string out =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "  <rdf:Description rdf:about=\"\"\n"
      "    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
      "    xmlns:plus=\"http://ns.useplus.org/ldf/xmp/1.0/\">\n"
      "   <Iptc4xmpExt:DigitalSourceType>";
  out += kTrainedAlgorithmicMedia;
  out += "</Iptc4xmpExt:DigitalSourceType>\n";
  if (!consents.empty()) {
    out += "   <plus:ModelReleaseID>\n    <rdf:Bag>\n";
    for (const std::string& consent : consents) out += "     <rdf:li>" + xml_text(consent) + "</rdf:li>\n";
    out += "    </rdf:Bag>\n   </plus:ModelReleaseID>\n";
  }
  out += "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
  return out;
}

XmpFacts read_xmp(std::string_view packet) {
  XmpFacts facts;
  std::size_t at = 0;
  if (const auto element = between(packet, ":DigitalSourceType>", "<", at)) {
    facts.digital_source_type = plain_text(*element);
  } else if (const auto attribute = between(packet, ":DigitalSourceType=\"", "\"", at)) {
    facts.digital_source_type = plain_text(*attribute);
  }
  at = 0;
  const auto releases = between(packet, ":ModelReleaseID>", ":ModelReleaseID>", at);
  for (at = 0; releases;) {
    const auto item = between(*releases, ":li>", "</", at);
    if (!item) break;
    facts.consents.push_back(plain_text(*item));
    at =
        std::min(releases->find('>', at), releases->size());  // past the closing tag, which ends as an opening one does
    at += at < releases->size() ? 1 : 0;
  }
  return facts;
}

}  // namespace troupe::picture
