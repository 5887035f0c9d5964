// The stack machine of a pickle, restricted to what a state dict takes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inference-server/importer/pickle_value.h"

namespace prewarm {

// Owns every value it makes; one thread.
class PickleMachine {
 public:
  // `pickle` outlives the machine.
  explicit PickleMachine(std::string_view pickle) : pickle_(pickle) {}

  // The value at STOP; lives as long as the machine.
  Result<const PickleValue*> Run();

 private:
  using Kind = PickleValue::Kind;

  Result<std::string_view> Take(std::uint64_t count);
  Result<std::uint64_t> Number(int bytes);
  Result<std::string> Line();

  Status Push(PickleValue value);
  Status PushKind(Kind kind);
  Status PushNumber(Kind kind, std::int64_t number);
  Status PushGlobal(std::string name);
  Result<PickleValue*> Pop();
  // What lies above the topmost mark, which goes with it.
  Result<std::vector<const PickleValue*>> PopToMark();

  // One for each group of opcodes; `Step` knows them all.
  Status Step(std::uint8_t opcode);
  Status Protocol();
  Status Text(std::uint8_t opcode);
  Status Integer(std::uint8_t opcode);
  Status Tuple(std::uint8_t opcode);
  Status Remember(std::uint8_t opcode);
  Status Recall(std::uint8_t opcode);
  Status SetItems(std::uint8_t opcode);
  Status Global();
  Status Call(std::uint8_t opcode);

  const std::string_view pickle_;
  std::size_t at_ = 0;
  std::deque<PickleValue> values_;  // all of them: pointers stay valid
  std::vector<PickleValue*> stack_;
  std::map<std::uint64_t, PickleValue*> memo_;
};

}  // namespace prewarm
