#include "coordinator/cli/sheet_html_files.h"

#include <algorithm>
#include <filesystem>

#include "common/base/files.h"
#include "common/picture/jpeg.h"
#include "common/picture/png.h"
#include "common/picture/resize.h"

namespace troupe::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kThumbnailSide = 384;
constexpr int kThumbnailQuality = 88;

Status shrink(const std::string& png, HtmlSheet::Cell& cell) {
  TROUPE_ASSIGN_OR_RETURN(picture::DecodedPng decoded, picture::decode_png(png));
  const int side = std::min(kThumbnailSide, std::max(decoded.picture.width, decoded.picture.height));
  TROUPE_ASSIGN_OR_RETURN(const picture::Picture small, picture::thumbnail(decoded.picture, {side, side}));
  TROUPE_ASSIGN_OR_RETURN(cell.thumbnail, picture::encode_jpeg(small, kThumbnailQuality));
  cell.width = small.width;
  cell.height = small.height;
  return {};
}

// The picture's own path as a link from the page: every byte that is not plain is escaped.
std::string link_to(const std::string& path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string link;
  for (const char c : path) {
    const auto code = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    if (plain) {
      link += c;
    } else {
      link += {'%', kHex[code >> 4], kHex[code & 15]};
    }
  }
  return "./" + link;
}

Status add(Connection& connection, const std::string& folder, HtmlSheet::Cell& cell) {
  TROUPE_ASSIGN_OR_RETURN(const std::string png, connection.fetch(cell.picture.digest));
  if (!folder.empty() && is_confined(cell.picture.path)) {
    const fs::path path = fs::path(folder) / cell.picture.path;
    TROUPE_RETURN_IF_ERROR(make_folders(path.parent_path().string()));
    TROUPE_RETURN_IF_ERROR(write_file_durably(path.string(), png));
    cell.link = link_to(cell.picture.path);
  }
  return shrink(png, cell);
}

}  // namespace

Result<std::string> write_html(Connection& connection, const std::vector<SheetPicture>& pictures, HtmlSheet page,
                               const std::string& to) {
  const std::string ending = fs::path(to).extension().string();
  const bool file = ending == ".html" || ending == ".htm";
  const std::string folder = file ? fs::path(to).parent_path().string() : to;
  if (!folder.empty()) TROUPE_RETURN_IF_ERROR(make_folders(folder));
  for (const SheetPicture& picture : pictures) {
    HtmlSheet::Cell cell;
    cell.picture = picture;
    const Status status = add(connection, file ? "" : folder, cell);
    if (status.code() == Code::kUnavailable || status.code() == Code::kNoSpace) return status;
    if (!status.ok()) cell.trouble = status.message();
    page.cells.push_back(std::move(cell));
  }
  const std::string path = file ? to : (fs::path(to) / "index.html").string();
  TROUPE_RETURN_IF_ERROR(write_file_durably(path, write_html_sheet(page)));
  return path;
}

}  // namespace troupe::cli
