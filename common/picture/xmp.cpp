#include "common/picture/xmp.h"

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

}  // namespace troupe::picture
