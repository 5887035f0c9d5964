// The errors of one text, each with its place, to be told all at once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace prewarm {

// 1-based; line 0 is the text as a whole.
struct Place {
  int line = 0;
  int column = 0;
};

// Not thread-safe.
class PlacedErrors {
 public:
  explicit PlacedErrors(std::string name) : name_(std::move(name)) {}

  // `field` may be "". `what` says what is wrong, what was got and what was
  // expected.
  void Add(Place place, const std::string& field, const std::string& what);

  bool empty() const { return errors_.empty(); }
  std::size_t size() const { return errors_.size(); }
  const std::string& name() const { return name_; }
  // One a line, each `name:line:column field: what`, in the order of places;
  // of one place in the order of Add.
  std::string ToString() const;

 private:
  struct PlacedError {
    Place place;
    std::string text;
  };

  std::string name_;
  std::vector<PlacedError> errors_;
};

}  // namespace prewarm
