// Every mistake is reported at its place, with its key and what would be right. "@@" marks the place in each text.
#include <algorithm>
#include <ostream>

#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::load_text;
using testing::small_manifest;
using testing::TempFolder;

struct BadManifest {
  const char* name;
  std::string text;
  std::vector<std::string> message_parts;
};

// The same with two stages that fit, where both characters and the product have references.
std::string with_references(const std::string& chain, const std::string& more = "") {
  return "troupe: 1\nname: chain\n"
         "characters: {mia: {prompt: a woman, reference: refs/mia.png}, leo: {prompt: a man, reference: "
         "refs/leo.png}}\n"
         "products: {cup: {prompt: a cup, reference: refs/mia.png}, jar: a jar, mia: {prompt: m, reference: "
         "refs/leo.png}}\n"
         "prompt: \"{character}\"\nsweep: {axes: {character: [mia, leo], product: [cup]}}\nchain:\n"
         "  - generate: {size: [64, 64]}\n  - segment: {find: \"{product}\", as: thing}\n" +
         chain + more;
}

// A manifest whose sweep and output are fine, with this chain.
std::string with_chain(const std::string& chain) {
  return "troupe: 1\nname: chain\ncharacters: {mia: {prompt: a woman, reference: refs/mia.png}, leo: a man}\n"
         "prompt: \"{character}\"\nsweep: {axes: {character: [mia, leo]}}\nchain:\n" +
         chain;
}

std::string with_output(const std::string& path) {
  return small_manifest("sweep: {axes: {character: [mia, leo], pose: [sit, stand], seed: {from: 1, count: 12}}}\n",
                        "output: {path: @@" + path + "}\n");
}

const std::vector<BadManifest> kBad = {
    {"NoYaml", "troupe: 1\nname: [a\n@@", {"not YAML"}},
    {"Empty", "@@", {"empty"}},
    {"NoMap", "@@- a\n", {"a manifest takes a map", "not a list"}},
    {"NoVersion", "@@name: x\n", {"troupe: 1"}},
    {"OtherVersion", "troupe: @@2\n", {"troupe takes 1, not 2"}},
    {"SecondDocument", "troupe: 1\n---\n@@a: 1\n", {"second document"}},
    {"NoName", "@@troupe: 1\nprompt: p\nchain: [generate: {size: [64, 64]}]\n", {"needs a name"}},
    {"BadName",
     "troupe: 1\nname: @@a b\nprompt: p\nchain: [generate: {size: [64, 64]}]\n",
     {"name takes a name", "a b"}},
    {"UnknownKey", "troupe: 1\nname: x\n@@promt: p\n", {"unknown key \"promt\"", "did you mean \"prompt\""}},
    {"MisspeltGroup",
     small_manifest("@@charcters: {eve: a woman}\n"),
     {"unknown key", "did you mean \"characters\"", "axis"}},
    {"UnusedGroup", small_manifest("@@lights: {soft: soft light}\n"), {"unknown key \"lights\"", "here \"light\""}},
    {"DuplicateKey", "troupe: 1\nname: x\n@@name: y\n", {"\"name\"", "twice", "line 2"}},
    {"NumberForText",
     "troupe: 1\nname: x\nprompt: @@42\nchain: [generate: {size: [64, 64]}]\n",
     {"prompt takes a text (in quotes), not 42"}},
    {"PriorityTooHigh",
     small_manifest("priority: @@5000\n"),
     {"priority takes a whole number from -1000 to 1000, not 5000"}},
    // Groups.
    {"GroupIsAList", small_manifest("products: @@[cup]\n"), {"products takes a map from names to prompts, not a list"}},
    {"EntryWithoutPrompt", small_manifest("products: {cup: @@{negative: x}}\n"), {"products.cup needs a prompt"}},
    {"EntryKey", small_manifest("products: {cup: {@@promt: x}}\n"), {"products.cup.promt", "did you mean \"prompt\""}},
    {"EntryName", small_manifest("products: {@@../cup: x}\n"), {"\"../cup\" is no name"}},
    {"EntryTemplate",
     small_manifest("products: {cup: @@\"cup of {character}\"}\n"),
     {"inserted as it stands", "{character}"}},
    {"NoReference",
     small_manifest("products: {cup: {prompt: x, reference: @@refs/cup.png}}\n"),
     {"products.cup.reference", "refs/cup.png", "is not there"}},
    {"ReferenceOutside",
     small_manifest("products: {cup: {prompt: x, reference: @@../cup.png}}\n"),
     {"below the folder", "../cup.png"}},
    {"ReferenceIsNoPicture",
     small_manifest("products: {cup: {prompt: x, reference: @@campaign.yaml}}\n"),
     {"neither PNG nor JPEG"}},
    // Axes.
    {"UnknownAxis",
     small_manifest("sweep: {axes: {@@charcter: [mia]}}\n"),
     {"no axis \"charcter\"", "did you mean \"character\""}},
    {"ParameterWithoutStage",
     small_manifest("sweep: {axes: {@@guidance: [4]}}\n"),
     {"did you mean \"generate.guidance\""}},
    {"UnknownParameter",
     small_manifest("sweep: {axes: {@@generate.guidence: [4]}}\n"),
     {"generate.guidence", "did you mean \"generate.guidance\""}},
    {"PromptAsAxis",
     small_manifest("sweep: {axes: {@@generate.prompt: [a]}}\n"),
     {"cannot be an axis", "named prompts"}},
    {"AxisValueType",
     small_manifest("sweep: {axes: {generate.steps: [4, @@4.5]}}\n"),
     {"generate.steps takes a whole number from 1 to 1000, not 4.5"}},
    {"AxisIsEmpty", small_manifest("sweep: {axes: {character: @@[]}}\n"), {"sweep.axes.character is empty"}},
    {"AxisIsNothing", small_manifest("sweep:\n  axes:\n    @@character:\n"), {"sweep.axes.character is empty"}},
    {"AxisIsAWord",
     small_manifest("sweep: {axes: {character: @@mia}}\n"),
     {"takes a list of names from characters, not the text \"mia\""}},
    {"UnknownEntry",
     small_manifest("sweep: {axes: {character: [mia, @@loe]}}\n"),
     {"characters has no \"loe\"", "did you mean \"leo\"", "leo, mia"}},
    {"EntryTwice", small_manifest("sweep: {axes: {character: [mia, @@mia]}}\n"), {"value mia twice"}},
    {"EqualNumbers", small_manifest("sweep: {axes: {generate.guidance: [4, @@4.0]}}\n"), {"value 4 twice"}},
    {"SeedTooHigh", small_manifest("sweep: {axes: {seed: [1, @@4294967296]}}\n"), {"from 0 to 4294967295"}},
    {"SeedRangeTooHigh",
     small_manifest("sweep: {axes: {seed: {from: 4294967290, count: @@7}}}\n"),
     {"4294967296", "the highest is 4294967295"}},
    {"SeedKey", small_manifest("sweep: {axes: {seed: {from: 1, @@cuont: 7}}}\n"), {"cuont", "did you mean \"count\""}},
    {"SeedWithoutCount", small_manifest("sweep: {axes: {seed: @@{from: 1}}}\n"), {"{from: 1, count: 50}"}},
    {"TooManyCells",
     small_manifest("sweep: {axes: @@{character: [mia, leo], seed: {from: 1, count: 600000000}}}\n"),
     {"more than 1000000000 cells"}},
    {"ZipUnequal",
     small_manifest("sweep: {axes: {character: [mia, leo], pose: [sit]}, zip: [@@[character, pose]]}\n"),
     {"character has 2 values and pose has 1"}},
    {"ZipUnknown",
     small_manifest("sweep: {axes: {character: [mia]}, zip: [@@[character, posse]]}\n"),
     {"no axis \"posse\""}},
    {"ZipFlat",
     small_manifest("sweep: {axes: {character: [mia], pose: [sit]}, zip: [@@character, pose]}\n"),
     {"a list of lists of axes"}},
    {"ZipRepeats",
     small_manifest("sweep: {axes: @@{character: [mia, mia], pose: [sit, sit]}, zip: [[character, pose]]}\n"),
     {"mia, sit", "twice"}},
    {"ExcludeAxis",
     small_manifest("sweep: {axes: {character: [mia]}, exclude: [{charcter: @@mia}]}\n"),
     {"no axis \"charcter\"", "did you mean \"character\""}},
    {"ExcludeValue",
     small_manifest("sweep: {axes: {character: [mia]}, exclude: [{character: @@eve}]}\n"),
     {"character has no value \"eve\"", "mia"}},
    {"ExcludeAll",
     small_manifest("sweep: {axes: {character: [mia, leo]}, exclude: [@@{character: [mia, leo]}]}\n"),
     {"leaves no cell of 2"}},
    // Chain.
    {"NoChain", "@@troupe: 1\nname: x\nprompt: p\n", {"needs a chain"}},
    {"EmptyChain", "troupe: 1\nname: x\nprompt: p\nchain: @@[]\n", {"chain is empty"}},
    {"UnknownStage",
     with_chain("  - @@genrate: {size: [64, 64]}\n"),
     {"no stage \"genrate\"", "did you mean \"generate\""}},
    {"FlatStage", with_chain("  - generate:\n    @@size: [64, 64]\n"), {"\"size\" is a second one", "indent"}},
    {"FirstStage", with_chain("  - @@upscale: {factor: 2}\n"), {"starts with generate"}},
    {"UnknownStageKey",
     with_chain("  - generate: {size: [64, 64], @@stepps: 3}\n"),
     {"chain.generate.stepps", "did you mean \"steps\""}},
    {"NoSize", with_chain("  - @@generate: {steps: 3}\n"), {"chain.generate needs size"}},
    {"SizeNegative",
     with_chain("  - generate: {size: [64, @@-64]}\n"),
     {"chain.generate.size[1] (height) takes a whole number from 1 to 16384, not -64"}},
    {"SizeTooLarge", with_chain("  - generate: {size: [@@99999, 64]}\n"), {"width", "16384"}},
    {"SizeOfThree", with_chain("  - generate: {size: @@[64, 64, 3]}\n"), {"[width, height]"}},
    {"Steps",
     with_chain("  - generate: {size: [64, 64], steps: @@many}\n"),
     {"chain.generate.steps takes a whole number from 1 to 1000, not the text \"many\""}},
    {"Sampler",
     with_chain("  - generate: {size: [64, 64], sampler: @@eulr}\n"),
     {"euler, euler_a, ddim, dpmpp_2m, pndm", "did you mean \"euler\""}},
    {"Schedule", with_chain("  - generate: {size: [64, 64], schedule: @@karas}\n"), {"default, karras"}},
    {"Dtype", with_chain("  - generate: {size: [64, 64], dtype: @@fp8}\n"), {"auto, fp32, bf16, fp16"}},
    {"Flag",
     with_chain("  - generate: {size: [64, 64]}\n  - segment: {find: x}\n  - inpaint: {strict: @@yes}\n"),
     {"chain.inpaint.strict takes true or false, not the text \"yes\""}},
    {"TemplateName",
     with_chain("  - generate: {size: [64, 64], prompt: @@\"{charcter}\"}\n"),
     {"unknown name {charcter}", "did you mean \"character\"", "known: character, seed, index"}},
    {"TemplateBrace",
     with_chain("  - generate: {size: [64, 64], prompt: @@\"a {character\"}\n"),
     {"without its \"}\""}},
    {"MaskUnknown",
     with_chain("  - generate: {size: [64, 64]}\n  - segment: {find: x, as: shirt}\n  - inpaint: {mask: @@shrit}\n"),
     {"mask \"shrit\"", "did you mean \"shirt\""}},
    {"FaceWithoutReference",
     with_chain("  - generate: {size: [64, 64]}\n  - swap: {face: @@\"{character}\"}\n"),
     {"characters.leo has no reference"}},
    {"FaceUnknown",
     with_chain("  - generate: {size: [64, 64]}\n  - swap: {face: @@mai}\n"),
     {"no character \"mai\"", "did you mean \"mia\""}},
    {"SizeOfManyPixels",
     with_chain("  - generate: {size: @@[16384, 16384]}\n"),
     {"16384 x 16384 pixels", "64 million"}},
    {"FromNothing", with_chain("  - generate: {size: [64, 64], from: @@previous}\n"), {"no stage before it"}},
    {"SecondNeedsSize",
     with_chain("  - generate: {size: [64, 64]}\n  - @@generate: {steps: 4}\n"),
     {"chain.generate2 needs size"}},
    {"Padding",
     with_references("  - inpaint: {mask: thing, @@padding: 4}\n"),
     {"unknown key \"chain.inpaint.padding\"", "context_px"}},
    {"UnionUnknown",
     with_references("  - segment: {find: x, union: @@thnig}\n"),
     {"chain.segment2.union", "mask \"thnig\"", "did you mean \"thing\""}},
    {"SubtractOfItself",
     with_references("  - segment: {find: x, as: bag, subtract: @@bag}\n"),
     {"no segment stage before it makes the mask \"bag\"", "masks so far: thing"}},
    {"MaskTooEarly",
     with_chain("  - generate: {size: [64, 64]}\n  - inpaint: {mask: @@shirt}\n  - segment: {find: x, as: shirt}\n"),
     {"no segment stage before it makes the mask \"shirt\""}},
    {"MaskDefault", with_chain("  - generate: {size: [64, 64]}\n  - @@inpaint\n"), {"mask \"mask\""}},
    {"MaskAsAxis",
     "troupe: 1\nname: x\nprompt: p\nsweep: {axes: {@@inpaint.mask: [a]}}\nchain:\n  - generate: {size: [64, 64]}\n"
     "  - segment: {find: x, as: a}\n  - inpaint: {mask: a}\n",
     {"cannot be an axis"}},
    {"SegmentNothing", with_references("  - @@segment: {as: bag}\n"), {"needs find", "or box"}},
    {"SegmentBoth", with_references("  - segment: {find: x, box: @@[0, 0, 1, 0.5]}\n"), {"find or box, not both"}},
    {"BoxOfThree", with_references("  - segment: {box: @@[0, 0, 1]}\n"), {"[left, top, width, height]", "not a list"}},
    {"BoxInPixels",
     with_references("  - segment: {box: [0, 0, @@64, 64]}\n"),
     {"box[2] (width) takes a number from 0 to 1, not 64"}},
    {"BoxLeaves",
     with_references("  - segment: {box: @@[0.5, 0, 0.75, 1]}\n"),
     {"ends at 1.25 of the picture's width"}},
    {"BoxEmpty", with_references("  - segment: {box: [0.5, 0, 0.5, @@0]}\n"), {"the box is 0 high"}},
    {"Grow", with_references("  - segment: {find: x, grow: @@65}\n"), {"from -64 to 64"}},
    {"WhenEmpty", with_references("  - segment: {find: x, when_empty: @@retry}\n"), {"fail, skip, reseed"}},
    {"FillWithoutReference",
     with_references("  - inpaint: {mask: thing, fill: @@reference}\n"),
     {"needs a reference", "{product}"}},
    {"SweptFillWithoutReference",
     "troupe: 1\nname: x\nprompt: p\nsweep: {axes: {inpaint.fill: [noise, @@reference]}}\nchain:\n"
     "  - generate: {size: [64, 64]}\n  - segment: {find: x}\n  - inpaint: {strength: 1}\n",
     {"needs a reference"}},
    {"ReferenceWithoutFill",
     with_references("  - inpaint: {mask: thing, reference: @@\"{product}\"}\n"),
     {"fill: reference"}},
    {"ReferenceWithoutPicture",
     with_references("  - inpaint: {mask: thing, fill: reference, reference: @@jar}\n"),
     {"products.jar has no reference"}},
    {"ReferenceUnknown",
     with_references("  - inpaint: {mask: thing, fill: reference, reference: @@cpu}\n"),
     {"no product \"cpu\"", "did you mean \"cup\""}},
    {"ReferenceNoAxis",
     with_references("  - inpaint: {mask: thing, fill: reference, reference: @@\"{seed}\"}\n"),
     {"takes one axis of named prompts"}},
    {"ReferenceAmbiguous",
     with_references("  - inpaint: {mask: thing, fill: reference, reference: @@mia}\n"),
     {"products.mia or characters.mia"}},
    {"SwapWithoutFace", with_references("  - @@swap: {weight: 0.5}\n"), {"needs face", "{character}"}},
    {"Boost", with_references("  - swap: {face: mia, boost: @@3}\n"), {"boost takes one of 1, 2, 4, not 3"}},
    {"FactorAndSize", with_references("  - upscale: {factor: 2, size: @@[256, 256]}\n"), {"factor or size, not both"}},
    {"OverlapOfTile",
     with_references("  - upscale: {tile: 64, overlap: @@32}\n"),
     {"less than half of tile, 64, not 32"}},
    {"KeepUnknown", with_references("", "keep: [generate, @@inpiant]\n"), {"keep takes one of generate, masks"}},
    {"KeepTwice", with_references("", "keep: [masks, @@masks]\n"), {"keep has masks twice"}},
    {"NoPrompt", "troupe: 1\nname: x\nchain:\n  - @@generate: {size: [64, 64]}\n", {"needs a prompt"}},
    {"RootTemplate",
     "troupe: 1\nname: x\nprompt: @@\"{pose}\"\nposes: {sit: sitting}\nchain: [generate: {size: [64, 64]}]\n",
     {"unknown name {pose}", "add it to sweep.axes"}},
    // Rules.
    {"SelectAxis",
     small_manifest("sweep: {axes: {character: [mia]}}\n", "select: {keep: 1, of: @@seed, by: identity}\n"),
     {"select.of takes one of the axes character"}},
    {"SelectTooMany",
     small_manifest("sweep: {axes: {seed: [1, 2]}}\n", "select: {keep: @@3, of: seed, by: identity}\n"),
     {"from 1 to 2"}},
    {"SelectScore",
     small_manifest("sweep: {axes: {seed: [1, 2]}}\n", "select: {keep: 1, of: seed, by: @@beauty}\n"),
     {"select.by takes one of identity, sharpness"}},
    {"SelectWithoutFaces",
     small_manifest("sweep: {axes: {seed: [1, 2]}}\n", "select: {keep: 1, of: seed, by: @@identity}\n"),
     {"compares faces", "no axis character"}},
    {"GateWithoutFaces",
     small_manifest("sweep: {axes: {character: [mia, leo]}}\n", "gates: {identity: @@auto}\n"),
     {"characters.leo has no reference"}},
    {"GateIdentity",
     with_references("", "gates: {identity: @@high}\n"),
     {"a number from -1 to 1, or auto", "the text \"high\""}},
    {"GateFaces", small_manifest("gates: {faces: @@some}\n"), {"a range such as [1, 3]"}},
    {"GateFacesOrder", small_manifest("gates: {faces: [3, @@1]}\n"), {"from 3 to 64"}},
    {"GateSharpness", small_manifest("gates: {sharpness: @@-1}\n"), {"from 0 to"}},
    {"GateCoverageMask",
     with_references("", "gates: {coverage: {@@thnig: [0, 1]}}\n"),
     {"gates.coverage.thnig", "did you mean \"thing\""}},
    {"GateCoverageRange",
     with_references("", "gates: {coverage: {thing: [0.5, @@0.1]}}\n"),
     {"coverage.thing[1] takes a number from 0.5 to 1"}},
    {"GateCoverageWithoutMasks", small_manifest("gates: {coverage: @@{mask: [0, 1]}}\n"), {"no segment stage"}},
    {"GateKey", small_manifest("gates: {@@idendity: 0.4}\n"), {"gates.idendity", "did you mean \"identity\""}},
    {"Timeout", small_manifest("limits: {timeout: @@600}\n"), {"90s, 10m, 1h30m or 2d, from 1s to 30d", "not 600"}},
    {"Retries", small_manifest("limits: {retries: @@-1}\n"), {"limits.retries takes a whole number from 0 to 100"}},
    {"NotifyBoth", small_manifest("notify: @@{webhook: \"http://a/\", command: [x]}\n"), {"a webhook or a command"}},
    {"NotifyNeither", small_manifest("notify: @@{on: [failed]}\n"), {"a webhook or a command"}},
    {"NotifyScheme", small_manifest("notify: {webhook: @@ftp://a/}\n"), {"notify.webhook takes an address"}},
    {"NotifyHost", small_manifest("notify: {webhook: @@\"http:///a\"}\n"), {"notify.webhook takes an address"}},
    {"NotifyControl", small_manifest("notify: {webhook: @@\"http://a/\\r\\nX: y\"}\n"), {"takes an address"}},
    {"NotifyEmpty", small_manifest("notify: {command: @@[]}\n"), {"notify.command is empty; it takes a program"}},
    {"NotifyOn", small_manifest("notify: {command: [x], on: [@@finnished]}\n"), {"notify.on", "finished"}},
    {"NotifyKey", small_manifest("notify: {@@wehbook: x}\n"), {"notify.wehbook", "did you mean \"webhook\""}},
    // Output paths.
    {"PathSeparates", with_output("\"{character}.png\""), {"does not separate all cells: add {pose}, {seed}"}},
    {"PathLeaves", with_output("\"../{index}.png\""), {"below the output folder", "../{index}.png"}},
    {"PathAbsolute", with_output("\"/tmp/{index}.png\""), {"below the output folder"}},
    {"PathControl", with_output("\"a\\nb{index}.png\""), {"below the output folder"}},
    {"PathSuffix", with_output("\"{index}.jpg\""), {"must end in \".png\""}},
    {"PathName", with_output("\"{indx}.png\""), {"unknown name {indx}", "did you mean \"index\""}},
    {"PathPrompt", with_output("\"{generate.prompt}.png\""), {"unknown name {generate.prompt}"}},
    {"PathTooLong", with_output("\"{index}" + std::string(300, 'a') + ".png\""), {"between two \"/\" is 255"}},
};

void PrintTo(const BadManifest& bad, std::ostream* out) {
  *out << bad.name;
}

class BadInputTest : public ::testing::TestWithParam<BadManifest> {};

TEST_P(BadInputTest, IsReportedAtItsPlace) {
  std::string text = GetParam().text;
  const std::size_t mark = text.find("@@");
  ASSERT_NE(mark, text.npos);
  text.erase(mark, 2);
  const auto before = std::string_view(text).substr(0, mark);
  const int line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const int column = static_cast<int>(mark - (before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1)) + 1;

  const TempFolder folder;
  const Result<Manifest> manifest = load_text(folder, text);

  ASSERT_FALSE(manifest.ok());
  const Status status = manifest.status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  for (const std::string& part : GetParam().message_parts) {
    EXPECT_NE(status.message().find(part), std::string::npos) << status.to_string() << "\nlacks: " << part;
  }
  ASSERT_TRUE(status.place()) << status.to_string();
  EXPECT_EQ(status.place()->file, folder.path() + "/campaign.yaml");
  EXPECT_EQ(status.place()->line, line) << status.to_string();
  EXPECT_EQ(status.place()->column, column) << status.to_string();
}

INSTANTIATE_TEST_SUITE_P(All, BadInputTest, ::testing::ValuesIn(kBad),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace troupe::manifest
