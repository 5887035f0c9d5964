// The records of a zip archive as torch.save writes it (PKWARE APPNOTE 6.3.10:
// stored, one disk, zip64 where needed). Reads nothing outside its bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

struct ZipRecord {
  std::string_view data;  // into the archive's bytes
  std::uint32_t crc32 = 0;
};

// By full name. `archive` must outlive the records; at most 65,536 of them.
// kCorrupt where it is cut off or contradicts itself (doubled names, records
// beyond the end), kUnsupported for compressed or encrypted records: each names
// the record.
Result<std::map<std::string, ZipRecord>> ReadZip(std::string_view archive);

// kCorrupt, with the name, where the bytes are not those that were stored.
Status CheckCrc(const std::string& name, const ZipRecord& record);

}  // namespace prewarm
