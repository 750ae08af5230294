#include "genet/data/picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "genet/base/check.h"
#include "genet/data/picture_codecs.h"

namespace genet {
namespace {

constexpr unsigned char kStartOfImage = 0xd8, kEndOfImage = 0xd9, kTemporary = 0x01;

// Markers without a length after them.
bool StandsAlone(unsigned char marker) {
  return marker == kTemporary || (marker >= 0xd0 && marker <= kStartOfImage);
}

bool IsJpeg(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\xff' &&
         static_cast<unsigned char>(bytes[1]) == kStartOfImage;
}

// Follows the segments of a JPEG file; whether they lead to the end mark.
bool ReachesJpegEnd(std::string_view bytes) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(bytes[at]); };
  for (size_t at = 2; at + 1 < bytes.size();) {
    // Between segments, and in packed data (where a 0 or another 0xff follows), markers are sought.
    if (byte(at) != 0xff || byte(at + 1) == 0x00 || byte(at + 1) == 0xff) {
      ++at;
      continue;
    }
    const unsigned char marker = byte(at + 1);
    at += 2;
    if (marker == kEndOfImage) return true;
    if (StandsAlone(marker)) continue;
    if (at + 2 > bytes.size()) return false;
    at += size_t{byte(at)} << 8 | byte(at + 1);
  }
  return false;
}

bool IsPng(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1a\n"); }

// Follows the chunks of a PNG file; whether they lead to the end chunk.
bool ReachesPngEnd(std::string_view bytes) {
  constexpr size_t kSignature = 8, kAround = 12;  // length and type before a chunk, checksum after
  for (size_t at = kSignature; at + kAround <= bytes.size();) {
    if (bytes.substr(at + 4, 4) == "IEND") return true;
    size_t length = 0;
    for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[at + i]);
    at += kAround + length;
  }
  return false;
}

// By its first bytes. OpenCV would hand anything else on to readers of medical pictures and maps,
// some of which end the process at what they did not expect.
bool IsOfKnownFormat(std::string_view bytes) {
  if (IsPng(bytes) || bytes.starts_with("\xff\xd8\xff") || bytes.starts_with("BM")) return true;
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return true;
  for (const std::string_view tiff : {std::string_view("II*\0", 4), std::string_view("MM\0*", 4)}) {
    if (bytes.starts_with(tiff)) return true;
  }
  return bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
         std::string_view(" \t\r\n").find(bytes[2]) != std::string_view::npos;
}

Result<cv::Mat> Decode(const fs::path& path) {
  Result<std::string> read = ReadFile(path);
  if (!read) return tl::unexpected(read.error());
  std::string& bytes = *read;
  if (bytes.empty()) return Failure("{}: empty", path.string());
  if ((IsJpeg(bytes) && !ReachesJpegEnd(bytes)) || (IsPng(bytes) && !ReachesPngEnd(bytes))) {
    return Failure("{}: cut short at byte {}", path.string(), bytes.size());
  }
  if (!IsOfKnownFormat(bytes)) {
    return Failure("{}: damaged, or no picture (JPEG, PNG, BMP, WebP, TIFF, PPM, PGM)",
                   path.string());
  }
  const cv::Mat packed(1, static_cast<int>(bytes.size()), CV_8UC1, bytes.data());
  GENET_ASSIGN(cv::Mat picture,
               DecodeWithCodecs(packed, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION));
  if (picture.empty()) return Failure("{}: damaged, or no picture", path.string());
  return picture;
}

// A place in `room` + 1 places.
int Offset(int room, double share) {
  return std::clamp(static_cast<int>(share * (room + 1)), 0, room);
}

}  // namespace

Status DecodePicture(const fs::path& path, const Framing& framing,
                     const std::optional<CropPlace>& place, std::span<uint8_t> pixels) {
  GENET_CHECK(framing.side >= 1 && framing.side <= framing.shorter_side);
  GENET_CHECK(pixels.size() == framing.image_bytes());
  static std::once_flag once;
  // The threads are ours: one picture each.
  std::call_once(once, [] { cv::setNumThreads(1); });
  try {
    GENET_ASSIGN(cv::Mat picture, Decode(path));
    const int shorter = std::min(picture.rows, picture.cols);
    if (shorter != framing.shorter_side) {
      const double scale = static_cast<double>(framing.shorter_side) / shorter;
      const auto scaled = [&](int length) {
        return std::max(framing.shorter_side, static_cast<int>(std::lround(length * scale)));
      };
      cv::Mat resized;
      // Areas when it gets smaller, against aliasing.
      cv::resize(picture, resized, cv::Size(scaled(picture.cols), scaled(picture.rows)), 0, 0,
                 scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
      picture = resized;
    }
    const int room_rows = picture.rows - framing.side, room_columns = picture.cols - framing.side;
    const int top = place ? Offset(room_rows, place->row) : room_rows / 2;
    const int left = place ? Offset(room_columns, place->column) : room_columns / 2;
    const size_t plane = size_t(framing.side) * framing.side;
    for (int y = 0; y < framing.side; ++y) {
      const uint8_t* from = picture.ptr<uint8_t>(top + y) + size_t{3} * left;
      uint8_t* to = pixels.data() + size_t(y) * framing.side;
      for (int x = 0; x < framing.side; ++x) {  // OpenCV's order is blue, green, red
        to[x] = from[3 * x + 2];
        to[plane + x] = from[3 * x + 1];
        to[2 * plane + x] = from[3 * x];
      }
    }
  } catch (const std::exception& error) {
    std::string reason = error.what();
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    return Failure("{}: cannot be decoded ({})", path.string(), reason);
  }
  return {};
}

bool HasPictureName(const fs::path& path) {
  static constexpr std::array<std::string_view, 9> kNames = {
      ".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"};
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return std::find(kNames.begin(), kNames.end(), extension) != kNames.end();
}

}  // namespace genet
