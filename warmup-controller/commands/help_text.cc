#include "warmup-controller/commands/help_text.h"

#include <algorithm>
#include <string>

#include "warmup-controller/commands/wrap.h"

namespace prewarm {
namespace {

class Help : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override {
    return Broken(option->get_description());
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::string text = "  " + command->get_name();
    text.resize(std::max(text.size() + 1, get_column_width()), ' ');
    std::string description = Broken(command->get_description());
    Indent(&description);
    return text + description + "\n";
  }

 private:
  // To the right of the names; CLI11 indents what follows a line's end.
  std::string Broken(const std::string& text) const {
    std::string broken;
    for (const auto& row : Rows(text, kTerminalColumns - get_column_width())) {
      if (!broken.empty()) broken += '\n';
      broken += row;
    }
    return broken;
  }
  void Indent(std::string* text) const {
    const std::string indent(get_column_width(), ' ');
    for (std::size_t at = 0; (at = text->find('\n', at)) != std::string::npos;
         at += indent.size()) {
      text->insert(++at, indent);
    }
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> HelpText() {
  return std::make_shared<Help>();
}

}  // namespace prewarm
