// XMP that marks a picture as made by a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::picture {

// IPTC's term for media that a trained model made.
inline constexpr char kTrainedAlgorithmicMedia[] =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

// The packet for the PNG text key kXmpKey: Iptc4xmpExt:DigitalSourceType is kTrainedAlgorithmicMedia, and where the
// people shown have given consent, each reference is a plus:ModelReleaseID (PLUS's field for releases). References are
// UTF-8; characters that XML does not allow are left out.
std::string xmp_packet(const std::vector<std::string>& consents = {});

struct XmpFacts {
  std::string digital_source_type;    // empty where the packet has none
  std::vector<std::string> consents;  // the release ids
  bool operator==(const XmpFacts&) const = default;
};

// Both as xmp_packet writes them, and as others do: whatever prefix the namespaces have, in elements or, of the source
// type, in an attribute. Never fails: what is not there stays empty.
XmpFacts read_xmp(std::string_view packet);

}  // namespace troupe::picture
