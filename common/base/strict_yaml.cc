#include "common/base/strict_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

// yaml-cpp keeps every open bracket: 1 MB of `{` costs 243 MB before its first
// event. Counting them here counts those in strings and comments too, so this
// is far above the depth that is allowed.
constexpr int kMaxOpenBrackets = 200;

constexpr char kNoAnchors[] =
    "anchors and aliases are not read; quote a value that begins with & or *";

bool TooManyBrackets(std::string_view text) {
  int open = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') ++open;
    if ((c == '}' || c == ']') && open > 0) --open;
    if (open > kMaxOpenBrackets) return true;
  }
  return false;
}

Place PlaceOf(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

// Builds the trees from yaml-cpp's events. After a limit was passed the rest
// is ignored.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const YamlLimits& limits,
              PlacedErrors* errors)
      : text_(text), limits_(limits), errors_(errors) {}

  std::vector<YamlNode> TakeDocuments() { return std::move(documents_); }
  bool stopped() const { return stopped_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // yaml-cpp takes whatever follows a document as the next one, a stray
    // comma for endless ones.
    if (begun_ && !IsSeparator(mark)) {
      Stop(mark, "something follows one document; begin another with ---");
    }
    begun_ = true;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Leaf(mark, anchor, YamlNode::Kind::kNull, "", false);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (!stopped_) errors_->Add(PlaceOf(mark), Here(), kNoAnchors);
    Leaf(mark, 0, YamlNode::Kind::kNull, "", false);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    CheckTag(mark, tag);
    Leaf(mark, anchor, YamlNode::Kind::kScalar, value, tag != "?");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(mark, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(mark, anchor, YamlNode::Kind::kMapping);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or mapping that is still open.
  struct Frame {
    YamlNode node;
    std::set<std::string> keys;
    std::optional<YamlEntry> entry;  // its key is known, its value is not
  };

  // Documents come in order: each search goes on where the last one ended.
  bool IsSeparator(const YAML::Mark& mark) {
    for (; line_ < mark.line; ++line_) {
      line_start_ = text_.find('\n', line_start_);
      if (line_start_ == std::string_view::npos) return false;
      ++line_start_;
    }
    return mark.column == 0 && text_.substr(line_start_, 3) == "---";
  }

  void Stop(const YAML::Mark& mark, const std::string& what) {
    if (!stopped_) errors_->Add(PlaceOf(mark), Here(), what);
    stopped_ = true;
  }

  // The path of what is being read.
  std::string Here() const {
    std::string path;
    for (const Frame& frame : open_) {
      if (frame.node.kind == YamlNode::Kind::kList) {
        path = YamlPath(path, frame.node.items.size());
      } else if (frame.entry) {
        path = YamlPath(path, frame.entry->key);
      }
    }
    return path;
  }

  // "?" is plain, "!" is quoted, "" is a list or mapping without a tag.
  void CheckTag(const YAML::Mark& mark, const std::string& tag) {
    if (stopped_ || tag.empty() || tag == "?" || tag == "!") return;
    errors_->Add(PlaceOf(mark), Here(), "tags are not read; leave it out");
  }

  // False where the node is over a limit.
  bool Count(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (stopped_) return false;
    if (anchor != 0) errors_->Add(PlaceOf(mark), Here(), kNoAnchors);
    if (++nodes_ > limits_.nodes) {
      Stop(mark, "more than " + std::to_string(limits_.nodes) + " values");
    }
    return !stopped_;
  }

  void Leaf(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind,
            const std::string& text, bool quoted) {
    if (!Count(mark, anchor)) return;
    YamlNode node;
    node.kind = kind;
    node.text = text;
    node.quoted = quoted;
    node.place = PlaceOf(mark);
    Add(std::move(node));
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    if (!Count(mark, anchor)) return;
    if (open_.size() >= static_cast<std::size_t>(limits_.depth)) {
      Stop(mark, "nested too deeply; at most " + std::to_string(limits_.depth) +
                     " levels");
      return;
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.place = PlaceOf(mark);
    open_.push_back(std::move(frame));
  }

  void Close() {
    if (stopped_) return;
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (open_.empty()) {
      documents_.push_back(std::move(node));
      return;
    }
    Frame& frame = open_.back();
    if (frame.node.kind == YamlNode::Kind::kList) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.entry) {
      StartEntry(node, &frame);
    } else {
      // The value of a key that was refused is read, for its errors, and
      // dropped.
      if (frame.entry->place.line > 0) {
        frame.entry->value = std::move(node);
        frame.node.entries.push_back(std::move(*frame.entry));
      }
      frame.entry.reset();
    }
  }

  void StartEntry(const YamlNode& key, Frame* frame) {
    YamlEntry entry;
    entry.key = key.text;
    if (key.kind != YamlNode::Kind::kScalar) {
      errors_->Add(key.place, Here(), "a key is not plain text");
    } else if (key.text == "<<") {
      errors_->Add(key.place, Here(), "merge keys are not read");
    } else if (!frame->keys.insert(key.text).second) {
      errors_->Add(key.place, YamlPath(Here(), key.text), "appears twice");
    } else {
      entry.place = key.place;
    }
    frame->entry = std::move(entry);
  }

  const std::string_view text_;
  const YamlLimits limits_;
  PlacedErrors* const errors_;
  std::vector<YamlNode> documents_;
  std::vector<Frame> open_;
  std::size_t nodes_ = 0;
  int line_ = 0;  // and where it starts
  std::size_t line_start_ = 0;
  bool begun_ = false;
  bool stopped_ = false;
};

// `number` counts from 1. JSON may be.
bool IsIndentedByTab(std::string_view text, int number) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || text[start] == '{') return false;
  std::size_t begin = 0;
  for (int line = 1; line < number; ++line) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return false;
    begin = end + 1;
  }
  const std::size_t first = text.find_first_not_of(' ', begin);
  return first != std::string_view::npos && text[first] == '\t';
}

// yaml-cpp's words, where they tell nothing to who wrote `cron: */5 * * * *`.
std::string Explained(const std::string& complaint) {
  for (const char* of_anchors :
       {YAML::ErrorMsg::ALIAS_NOT_FOUND, YAML::ErrorMsg::ANCHOR_NOT_FOUND,
        YAML::ErrorMsg::CHAR_IN_ALIAS, YAML::ErrorMsg::CHAR_IN_ANCHOR,
        YAML::ErrorMsg::UNKNOWN_ANCHOR}) {
    if (complaint.find(of_anchors) != std::string::npos) return kNoAnchors;
  }
  return complaint;
}

}  // namespace

std::vector<YamlNode> ReadYamlDocuments(std::string_view text,
                                        const YamlLimits& limits,
                                        PlacedErrors* errors) {
  if (text.size() > limits.bytes) {
    errors->Add({}, "",
                "larger than " + std::to_string(limits.bytes >> 10) + " KiB");
    return {};
  }
  if (!IsUtf8Text(text)) {
    errors->Add({}, "", "not UTF-8 text");
    return {};
  }
  if (TooManyBrackets(text)) {
    errors->Add({}, "", "nested too deeply");
    return {};
  }
  TreeBuilder builder(text, limits, errors);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (!builder.stopped() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    const Place place = PlaceOf(e.mark);
    errors->Add(place, "",
                IsIndentedByTab(text, place.line)
                    ? "a tab indents this line; YAML takes spaces only"
                    : Explained(e.msg));
  }
  return builder.TakeDocuments();
}

std::string YamlPath(const std::string& parent, const std::string& key) {
  return parent.empty() ? Excerpt(key) : parent + "." + Excerpt(key);
}

std::string YamlPath(const std::string& parent, std::size_t index) {
  return parent + "[" + std::to_string(index) + "]";
}

}  // namespace prewarm
