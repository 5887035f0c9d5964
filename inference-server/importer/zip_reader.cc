#include "inference-server/importer/zip_reader.h"

#include <zlib.h>

#include <algorithm>
#include <optional>

namespace prewarm {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50;
constexpr std::uint32_t kCentral = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kLocator64 = 0x07064b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kLocatorBytes = 20;
constexpr std::size_t kMaxComment = 65535;
constexpr std::uint64_t kMaxRecords = 65536;
constexpr std::uint64_t kMask32 = 0xffffffff;

Error CorruptArchive(const std::string& what) {
  return MakeError(ErrorCode::kCorrupt, "the zip archive " + what, "file");
}

// Little-endian; the caller has checked that it lies inside.
std::uint64_t Number(std::string_view bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

bool Fits(std::string_view bytes, std::uint64_t at, std::uint64_t count) {
  return at <= bytes.size() && count <= bytes.size() - at;
}

struct Directory {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
};

std::optional<std::size_t> FindEnd(std::string_view archive) {
  if (archive.size() < kEndBytes) return std::nullopt;
  const std::size_t last = archive.size() - kEndBytes;
  const std::size_t first = last - std::min(last, kMaxComment);
  for (std::size_t at = last + 1; at-- > first;) {
    // One whose comment reaches the archive's end exactly.
    if (Number(archive, at, 4) == kEnd &&
        at + kEndBytes + Number(archive, at + 20, 2) == archive.size()) {
      return at;
    }
  }
  return std::nullopt;
}

Result<Directory> FindDirectory(std::string_view archive) {
  const auto end = FindEnd(archive);
  if (!end) {
    return CorruptArchive("has no directory: it is cut off, or no zip file");
  }
  Directory found = {Number(archive, *end + 10, 2),
                     Number(archive, *end + 12, 4),
                     Number(archive, *end + 16, 4)};
  if (*end >= kLocatorBytes &&
      Number(archive, *end - kLocatorBytes, 4) == kLocator64) {
    const std::uint64_t at = Number(archive, *end - kLocatorBytes + 8, 8);
    if (!Fits(archive, at, kEnd64Bytes) || Number(archive, at, 4) != kEnd64) {
      return CorruptArchive("has a damaged zip64 directory");
    }
    found = {Number(archive, at + 32, 8), Number(archive, at + 40, 8),
             Number(archive, at + 48, 8)};
  }
  if (found.records > kMaxRecords) {
    return CorruptArchive("has more than 65,536 records");
  }
  if (!Fits(archive, found.offset, found.bytes)) {
    return CorruptArchive("has a directory beyond its end");
  }
  return found;
}

struct Entry {
  std::string name;
  std::uint64_t flags = 0;
  std::uint64_t method = 0;
  std::uint32_t crc32 = 0;
  std::uint64_t stored = 0;  // bytes in the archive
  std::uint64_t size = 0;    // bytes of the record
  std::uint64_t offset = 0;  // of the local header
};

// Sizes that don't fit into 32 bits stand in the extra field 1, in this order.
Status ReadZip64(std::string_view extra, Entry* entry) {
  while (extra.size() >= 4) {
    const std::uint64_t id = Number(extra, 0, 2);
    const std::uint64_t length = Number(extra, 2, 2);
    if (!Fits(extra, 4, length)) break;
    if (id == 1) {
      std::string_view field = extra.substr(4, length);
      for (std::uint64_t* value :
           {&entry->size, &entry->stored, &entry->offset}) {
        if (*value != kMask32) continue;
        if (field.size() < 8) break;
        *value = Number(field, 0, 8);
        field.remove_prefix(8);
      }
      return Ok{};
    }
    extra.remove_prefix(4 + length);
  }
  return Ok{};
}

// Takes one entry off the front of the directory.
Result<Entry> NextEntry(std::string_view* directory) {
  const std::string_view d = *directory;
  if (d.size() < kCentralBytes || Number(d, 0, 4) != kCentral) {
    return CorruptArchive("has a damaged directory");
  }
  Entry entry;
  entry.flags = Number(d, 8, 2);
  entry.method = Number(d, 10, 2);
  entry.crc32 = static_cast<std::uint32_t>(Number(d, 16, 4));
  entry.stored = Number(d, 20, 4);
  entry.size = Number(d, 24, 4);
  entry.offset = Number(d, 42, 4);
  const std::uint64_t name = Number(d, 28, 2);
  const std::uint64_t extra = Number(d, 30, 2);
  const std::uint64_t whole = kCentralBytes + name + extra + Number(d, 32, 2);
  if (whole > d.size()) return CorruptArchive("has a damaged directory");
  entry.name = std::string(d.substr(kCentralBytes, name));
  PREWARM_RETURN_IF_ERROR(
      ReadZip64(d.substr(kCentralBytes + name, extra), &entry));
  directory->remove_prefix(whole);
  return entry;
}

Result<ZipRecord> ReadRecord(std::string_view archive, const Entry& entry) {
  const std::string quoted = "record \"" + entry.name + "\"";
  if ((entry.flags & 1) != 0) {
    return MakeError(ErrorCode::kUnsupported, quoted + " is encrypted", "file");
  }
  if (entry.method != 0) {
    return MakeError(ErrorCode::kUnsupported,
                     quoted + " is compressed (method " +
                         std::to_string(entry.method) +
                         "); torch.save stores: save the checkpoint again",
                     "file");
  }
  if (entry.stored != entry.size) {
    return CorruptArchive("contradicts itself in the size of " + quoted);
  }
  if (!Fits(archive, entry.offset, kLocalBytes) ||
      Number(archive, entry.offset, 4) != kLocal) {
    return CorruptArchive("has no " + quoted + " where its directory says");
  }
  const std::uint64_t data = entry.offset + kLocalBytes +
                             Number(archive, entry.offset + 26, 2) +
                             Number(archive, entry.offset + 28, 2);
  if (!Fits(archive, data, entry.size)) {
    return CorruptArchive("ends inside " + quoted);
  }
  return ZipRecord{archive.substr(data, entry.size), entry.crc32};
}

}  // namespace

Result<std::map<std::string, ZipRecord>> ReadZip(std::string_view archive) {
  PREWARM_ASSIGN_OR_RETURN(const Directory found, FindDirectory(archive));
  std::string_view directory = archive.substr(found.offset, found.bytes);
  std::map<std::string, ZipRecord> records;
  for (std::uint64_t i = 0; i < found.records; ++i) {
    PREWARM_ASSIGN_OR_RETURN(const Entry entry, NextEntry(&directory));
    PREWARM_ASSIGN_OR_RETURN(const ZipRecord record,
                             ReadRecord(archive, entry));
    if (!records.emplace(entry.name, record).second) {
      return CorruptArchive("has two records \"" + entry.name + "\"");
    }
  }
  return records;
}

Status CheckCrc(const std::string& name, const ZipRecord& record) {
  const uLong sum =
      crc32_z(0, reinterpret_cast<const Bytef*>(record.data.data()),
              record.data.size());
  if (sum == record.crc32) return Ok{};
  return CorruptArchive("holds other bytes in record \"" + name +
                        "\" than were stored there (CRC-32)");
}

}  // namespace prewarm
