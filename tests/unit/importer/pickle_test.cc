#include "inference-server/importer/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

using std::string_literals::operator""s;  // NOLINT: it is used
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kRebuild[] = "ctorch._utils\n_rebuild_tensor_v2\n";
const std::string kHead = "\x80\x02"s;

std::string Text(const std::string& text) {
  return "X"s + static_cast<char>(text.size()) + "\0\0\0"s + text;
}
std::string Storage(const std::string& type = "FloatStorage") {
  return "(" + Text("storage") + "ctorch\n" + type + "\n" + Text("0") +
         Text("cpu") + "K\x06tQ";
}
// A vector of six with `offset` and `size` as opcodes.
std::string Tensor(const std::string& storage, const std::string& offset,
                   const std::string& size) {
  return kRebuild + "("s + storage + offset + size + "\x85K\x01\x85\x89N" +
         "tR";
}
std::string DictOf(const std::string& value) {
  return kHead + "}" + Text("w") + value + "s.";
}

void ExpectPickleRefused(const std::string& pickle,
                         const std::string& because) {
  const auto read = ReadStateDict(pickle);
  ASSERT_FALSE(read.ok()) << because;
  EXPECT_THAT(read.error().message, HasSubstr(because));
}

TEST(Pickle, TensorIsWhereItsArgumentsSay) {
  const auto read =
      ReadStateDict(DictOf(Tensor(Storage("LongStorage"), "K\x02", "K\x04")));
  ASSERT_TRUE(read.ok()) << read.error().message;
  const PickledTensor& tensor = read->at("w");
  EXPECT_EQ(tensor.dtype, DType::kI64);
  EXPECT_EQ(tensor.storage, "0");
  EXPECT_EQ(tensor.elements, 6);
  EXPECT_EQ(tensor.offset, 2);
  EXPECT_THAT(tensor.shape, ElementsAre(4));
}

TEST(Pickle, EmptyDictHasNoTensors) {
  EXPECT_TRUE(ReadStateDict(kHead + "}.")->empty());
}

TEST(Pickle, NamesBeyondTheWhitelistAreRefused) {
  for (const char* name :
       {"os\nsystem", "builtins\neval", "torch\n_C._load",
        "collections\nOrderedDict ", "torch\nDoubleStorage"}) {
    ExpectPickleRefused(kHead + "c" + name + "\n.", "wants to load");
  }
  ExpectPickleRefused(kHead + "\x8c\x02os\x8c\x06system\x93.", "os system");
}

TEST(Pickle, OpcodesThatNoDictOfTensorsNeedsAreRefused) {
  // INST, OBJ, NEWOBJ, EXT1, PERSID, LIST, FLOAT, POP, DUP, BYTEARRAY8.
  for (const char* opcode :
       {"i", "o", "\x81", "\x82", "P", "l", "F", "0", "2", "\x96"}) {
    ExpectPickleRefused(kHead + "(" + opcode, "which no dict of tensors needs");
  }
}

TEST(Pickle, CallsOfWhatCannotBeCalledAreRefused) {
  ExpectPickleRefused(kHead + "K\x01)R.", "can't be called");
  ExpectPickleRefused(kHead + "ccollections\nOrderedDict\nK\x01\x85R.",
                      "with other arguments");
  ExpectPickleRefused(kHead + "ctorch\nFloatStorage\n)R.",
                      "with other arguments");
  ExpectPickleRefused(kHead + kRebuild + ")R.",
                      "other arguments than torch gives");
}

TEST(Pickle, TensorsOfNonsenseAreRefused) {
  ExpectPickleRefused(DictOf(Tensor(Storage(), "J\xff\xff\xff\xff", "K\x04")),
                      "other arguments");
  ExpectPickleRefused(DictOf(Tensor(Storage(), "K\x02", "J\xff\xff\xff\xff")),
                      "a shape that is not a tuple of sizes");
  ExpectPickleRefused(DictOf(Tensor("K\x01", "K\x02", "K\x04")),
                      "other arguments");
  ExpectPickleRefused(kHead + "K\x01Q.", "a storage of another form");
}

TEST(Pickle, StackIsNeverLeft) {
  for (const char* rest : {".", "s.", "t.", "u.", "R.", "b.", "Q.", "q\x01.",
                           "\x85.", "\x87.", "\x94.", "h\x07.", "K\x01s."}) {
    EXPECT_FALSE(ReadStateDict(kHead + rest).ok()) << rest;
  }
}

TEST(Pickle, CutOffAnywhereIsAnError) {
  const std::string whole = DictOf(Tensor(Storage(), "K\x02", "K\x04"));
  ASSERT_TRUE(ReadStateDict(whole).ok());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(ReadStateDict(whole.substr(0, length)).ok()) << length;
  }
}

TEST(Pickle, OldProtocolsAndOtherTopsAreRefused) {
  ExpectPickleRefused("\x80\x01}."s, "protocol 1");
  ExpectPickleRefused(kHead + "K\x01.", "no dict of tensors");
  ExpectPickleRefused(DictOf("K\x01"), "\"w\" is no tensor");
}

TEST(Pickle, SelfReferenceEndsAndNumbersAreBounded) {
  // A dict that holds itself.
  ExpectPickleRefused(kHead + "}q\x01" + Text("w") + "h\x01s.", "is no tensor");
  ExpectPickleRefused(kHead + "\x8a\x09" + std::string(9, '\1') + ".",
                      "more than 64 bits");
}

TEST(Pickle, MoreThanAMillionValuesAreRefused) {
  ExpectPickleRefused(kHead + std::string(1000001, 'N'), "too many values");
  ExpectPickleRefused(
      kHead + "Nq\x01" +
          [] {
            std::string many;
            for (int i = 0; i < 1000001; ++i) many += "h\x01";
            return many;
          }(),
      "too many values");
}

}  // namespace
}  // namespace prewarm
