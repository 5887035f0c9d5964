#include "inference-server/engine/precision.h"

namespace prewarm {

const char* PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kAuto:
      return "auto";
    case Precision::kFp32:
      return "fp32";
    case Precision::kBf16:
      return "bf16";
    case Precision::kFp16:
      return "fp16";
    case Precision::kInt8:
      return "int8";
  }
  return "";
}

std::optional<Precision> ParsePrecision(const std::string& name) {
  for (const Precision precision :
       {Precision::kAuto, Precision::kFp32, Precision::kBf16, Precision::kFp16,
        Precision::kInt8}) {
    if (name == PrecisionName(precision)) return precision;
  }
  return std::nullopt;
}

}  // namespace prewarm
