// The precisions that an engine may compute in, and what they are called.
#pragma once

#include <optional>
#include <string>

namespace prewarm {

// kInt8: weights of eight bits where a matrix is large; see decision 0006.
enum class Precision { kAuto, kFp32, kBf16, kFp16, kInt8 };

// "auto", "fp32", "bf16", "fp16", "int8".
const char* PrecisionName(Precision precision);
std::optional<Precision> ParsePrecision(const std::string& name);
// "fp32, bf16, fp16 or int8", for messages.
inline constexpr char kPrecisionNames[] = "fp32, bf16, fp16 or int8";

}  // namespace prewarm
