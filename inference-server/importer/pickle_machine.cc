#include "inference-server/importer/pickle_machine.h"

#include <utility>

namespace prewarm {
namespace {

constexpr std::size_t kMaxValues = 1000000;

// Opcodes of Python's pickle module, by its names.
enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kEmptyTuple = ')',
  kBuild = 'b',
  kGlobal = 'c',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyDict = '}',
  kProto = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kShortBinUnicode = 0x8c,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

Error CorruptPickle(const std::string& what) {
  return MakeError(ErrorCode::kCorrupt, "the checkpoint's pickle " + what,
                   "file");
}

}  // namespace

Result<const PickleValue*> PickleMachine::Run() {
  while (true) {
    PREWARM_ASSIGN_OR_RETURN(const std::uint64_t opcode, Number(1));
    if (opcode == kStop) {
      PREWARM_ASSIGN_OR_RETURN(const PickleValue* const top, Pop());
      return top;
    }
    PREWARM_RETURN_IF_ERROR(Step(static_cast<std::uint8_t>(opcode)));
  }
}

Result<std::string_view> PickleMachine::Take(std::uint64_t count) {
  if (count > pickle_.size() - at_) return CorruptPickle("is cut off");
  const std::string_view taken = pickle_.substr(at_, count);
  at_ += count;
  return taken;
}

Result<std::uint64_t> PickleMachine::Number(int bytes) {
  PREWARM_ASSIGN_OR_RETURN(const std::string_view taken, Take(bytes));
  std::uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; --i) {
    value = value << 8 | static_cast<std::uint8_t>(taken[i]);
  }
  return value;
}

Result<std::string> PickleMachine::Line() {
  const std::size_t end = pickle_.find('\n', at_);
  if (end == std::string_view::npos) return CorruptPickle("is cut off");
  std::string line(pickle_.substr(at_, end - at_));
  at_ = end + 1;
  return line;
}

Status PickleMachine::Push(PickleValue value) {
  if (values_.size() >= kMaxValues) return CorruptPickle("has too many values");
  values_.push_back(std::move(value));
  stack_.push_back(&values_.back());
  return Ok{};
}

Status PickleMachine::PushKind(Kind kind) {
  PickleValue value;
  value.kind = kind;
  return Push(std::move(value));
}

Status PickleMachine::PushNumber(Kind kind, std::int64_t number) {
  PickleValue value;
  value.kind = kind;
  value.number = number;
  return Push(std::move(value));
}

Status PickleMachine::PushGlobal(std::string name) {
  PREWARM_RETURN_IF_ERROR(CheckPickleGlobal(name));
  PickleValue value;
  value.kind = Kind::kGlobal;
  value.text = std::move(name);
  return Push(std::move(value));
}

Result<PickleValue*> PickleMachine::Pop() {
  if (stack_.empty()) return CorruptPickle("takes from an empty stack");
  PickleValue* const top = stack_.back();
  stack_.pop_back();
  return top;
}

Result<std::vector<const PickleValue*>> PickleMachine::PopToMark() {
  std::size_t mark = stack_.size();
  while (mark > 0 && stack_[mark - 1]->kind != Kind::kMark) --mark;
  if (mark == 0) return CorruptPickle("lacks a mark");
  std::vector<const PickleValue*> items(
      stack_.begin() + static_cast<std::ptrdiff_t>(mark), stack_.end());
  stack_.resize(mark - 1);
  return items;
}

Status PickleMachine::Protocol() {
  PREWARM_ASSIGN_OR_RETURN(const std::uint64_t protocol, Number(1));
  if (protocol >= 2 && protocol <= 5) return Ok{};
  return CorruptPickle("is of protocol " + std::to_string(protocol));
}

Status PickleMachine::Text(std::uint8_t opcode) {
  PREWARM_ASSIGN_OR_RETURN(const std::uint64_t length,
                           Number(opcode == kBinUnicode ? 4 : 1));
  PREWARM_ASSIGN_OR_RETURN(const std::string_view text, Take(length));
  PickleValue value;
  value.kind = Kind::kText;
  value.text = std::string(text);
  return Push(std::move(value));
}

Status PickleMachine::Integer(std::uint8_t opcode) {
  std::uint64_t bytes = 4;
  if (opcode == kBinInt1) bytes = 1;
  if (opcode == kBinInt2) bytes = 2;
  if (opcode == kLong1) {
    PREWARM_ASSIGN_OR_RETURN(bytes, Number(1));
    if (bytes > 8) return CorruptPickle("has an integer of more than 64 bits");
  }
  PREWARM_ASSIGN_OR_RETURN(const std::uint64_t value,
                           Number(static_cast<int>(bytes)));
  const bool is_signed = opcode == kBinInt || opcode == kLong1;
  if (!is_signed || bytes == 0 || bytes == 8) {
    return PushNumber(Kind::kInt, static_cast<std::int64_t>(value));
  }
  const std::uint64_t sign = std::uint64_t{1} << (8 * bytes - 1);
  return PushNumber(Kind::kInt,
                    static_cast<std::int64_t>((value ^ sign) - sign));
}

Status PickleMachine::Tuple(std::uint8_t opcode) {
  PickleValue tuple;
  tuple.kind = Kind::kTuple;
  if (opcode == kTuple) {
    PREWARM_ASSIGN_OR_RETURN(tuple.items, PopToMark());
    return Push(std::move(tuple));
  }
  const std::size_t count = opcode == kEmptyTuple ? 0 : opcode - kTuple1 + 1;
  if (stack_.size() < count) return CorruptPickle("takes from an empty stack");
  tuple.items.assign(stack_.end() - static_cast<std::ptrdiff_t>(count),
                     stack_.end());
  stack_.resize(stack_.size() - count);
  return Push(std::move(tuple));
}

Status PickleMachine::Remember(std::uint8_t opcode) {
  std::uint64_t index = memo_.size();
  if (opcode != kMemoize) {
    PREWARM_ASSIGN_OR_RETURN(index, Number(opcode == kBinPut ? 1 : 4));
  }
  if (stack_.empty()) return CorruptPickle("remembers nothing");
  memo_[index] = stack_.back();
  return Ok{};
}

Status PickleMachine::Recall(std::uint8_t opcode) {
  PREWARM_ASSIGN_OR_RETURN(const std::uint64_t index,
                           Number(opcode == kBinGet ? 1 : 4));
  const auto it = memo_.find(index);
  if (it == memo_.end()) return CorruptPickle("recalls what it never had");
  if (stack_.size() >= kMaxValues) return CorruptPickle("has too many values");
  stack_.push_back(it->second);
  return Ok{};
}

Status PickleMachine::SetItems(std::uint8_t opcode) {
  std::vector<const PickleValue*> items;
  if (opcode == kSetItems) {
    PREWARM_ASSIGN_OR_RETURN(items, PopToMark());
  } else {
    PREWARM_ASSIGN_OR_RETURN(const PickleValue* const value, Pop());
    PREWARM_ASSIGN_OR_RETURN(const PickleValue* const key, Pop());
    items = {key, value};
  }
  if (stack_.empty() || stack_.back()->kind != Kind::kDict ||
      items.size() % 2 != 0) {
    return CorruptPickle("sets items of what is no dict");
  }
  auto& all = stack_.back()->items;
  if (all.size() + items.size() > 2 * kMaxValues) {
    return CorruptPickle("has too many values");
  }
  all.insert(all.end(), items.begin(), items.end());
  return Ok{};
}

Status PickleMachine::Global() {
  PREWARM_ASSIGN_OR_RETURN(const std::string module, Line());
  PREWARM_ASSIGN_OR_RETURN(const std::string name, Line());
  return PushGlobal(module + " " + name);
}

Status PickleMachine::Call(std::uint8_t opcode) {
  PREWARM_ASSIGN_OR_RETURN(const PickleValue* const argument, Pop());
  if (opcode == kBinPersId) {
    PREWARM_ASSIGN_OR_RETURN(PickleValue storage, PickleStorage(*argument));
    return Push(std::move(storage));
  }
  if (opcode == kBuild) {
    // A dict's attributes (its _metadata) are of no use here.
    if (!stack_.empty() && stack_.back()->kind == Kind::kDict) return Ok{};
    return CorruptPickle("gives attributes to what has none");
  }
  PREWARM_ASSIGN_OR_RETURN(const PickleValue* const callable, Pop());
  if (opcode == kStackGlobal) {
    if (argument->kind != Kind::kText || callable->kind != Kind::kText) {
      return CorruptPickle("names something by what is no text");
    }
    return PushGlobal(callable->text + " " + argument->text);
  }
  PREWARM_ASSIGN_OR_RETURN(PickleValue made, PickleCall(*callable, *argument));
  return Push(std::move(made));
}

Status PickleMachine::Step(std::uint8_t opcode) {
  switch (opcode) {
    case kProto:
      return Protocol();
    case kFrame:
      return Take(8).ok() ? Status(Ok{}) : CorruptPickle("is cut off");
    case kMark:
      return PushKind(Kind::kMark);
    case kNone:
      return PushKind(Kind::kNone);
    case kNewTrue:
    case kNewFalse:
      return PushNumber(Kind::kBool, opcode == kNewTrue ? 1 : 0);
    case kBinInt:
    case kBinInt1:
    case kBinInt2:
    case kLong1:
      return Integer(opcode);
    case kBinUnicode:
    case kShortBinUnicode:
      return Text(opcode);
    case kEmptyTuple:
    case kTuple1:
    case kTuple2:
    case kTuple3:
    case kTuple:
      return Tuple(opcode);
    case kEmptyDict:
      return PushKind(Kind::kDict);
    case kSetItem:
    case kSetItems:
      return SetItems(opcode);
    case kGlobal:
      return Global();
    case kBinPersId:
    case kReduce:
    case kBuild:
    case kStackGlobal:
      return Call(opcode);
    case kBinPut:
    case kLongBinPut:
    case kMemoize:
      return Remember(opcode);
    case kBinGet:
    case kLongBinGet:
      return Recall(opcode);
    default:
      return MakeError(ErrorCode::kUnsupported,
                       "the checkpoint's pickle has opcode " +
                           std::to_string(opcode) + " at byte " +
                           std::to_string(at_ - 1) +
                           ", which no dict of tensors needs; nothing of it "
                           "was run. Save model.state_dict()",
                       "file");
  }
}

}  // namespace prewarm
