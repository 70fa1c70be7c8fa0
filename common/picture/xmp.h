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

}  // namespace troupe::picture
