#include "common/picture/xmp.h"

#include <gtest/gtest.h>

#include "common/picture/png.h"
#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

TEST(Xmp, SaysThatAModelMadeThePicture) {
  const std::string packet = xmp_packet();
  EXPECT_NE(packet.find("<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/"
                        "trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>"),
            std::string::npos);
  EXPECT_EQ(packet.find("ModelReleaseID"), std::string::npos);
  EXPECT_TRUE(packet.starts_with("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"));
  EXPECT_TRUE(packet.ends_with("<?xpacket end=\"r\"?>"));
}

TEST(Xmp, CarriesEveryConsent) {
  const std::string packet = xmp_packet({"release-2026-114", "a<b>&\"c\x01"});
  EXPECT_NE(packet.find("<rdf:li>release-2026-114</rdf:li>"), std::string::npos);
  EXPECT_NE(packet.find("<rdf:li>a&lt;b&gt;&amp;\"c</rdf:li>"), std::string::npos);
}

TEST(Xmp, IsReadBack) {
  for (const std::vector<std::string>& consents :
       {std::vector<std::string>{}, {"release-1"}, {"a<b> & \"c\"", "&amp;"}}) {
    EXPECT_EQ(read_xmp(xmp_packet(consents)), (XmpFacts{kTrainedAlgorithmicMedia, consents}));
  }
  EXPECT_EQ(read_xmp("<rdf:Description ext:DigitalSourceType=\"x/y\"/>").digital_source_type, "x/y");
  for (const char* text : {"", "<", ":DigitalSourceType>", ":ModelReleaseID><rdf:li>", "&"}) {
    EXPECT_EQ(read_xmp(text), XmpFacts{}) << text;
  }
}

TEST(Xmp, TravelsInAPng) {
  const TextChunks text{{kXmpKey, xmp_packet({"release-1"})}};
  const std::string png = encode_png(sample_picture({2, 2}, 3), text).value();
  EXPECT_EQ(read_png_text(png).value(), text);
}

}  // namespace
}  // namespace troupe::picture
