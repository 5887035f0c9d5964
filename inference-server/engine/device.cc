#include "inference-server/engine/device.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace prewarm {
namespace {

constexpr std::ptrdiff_t kGivenUp = 2;
constexpr std::size_t kKept = 8;
constexpr std::size_t kMaxReason = 500;

bool IsDevice(const std::string& name) {
  return name == "cuda" || name == "cpu";
}

}  // namespace

std::vector<std::string> DevicesToTry(const std::string& choice,
                                      const std::vector<DeviceLoss>& losses) {
  std::vector<std::string> devices = {choice};
  if (choice == "auto") devices = {"cuda", "cpu"};
  const auto lost = [&](const std::string& device) {
    return std::count_if(losses.begin(), losses.end(),
                         [&](const DeviceLoss& loss) {
                           return loss.device == device;
                         }) >= kGivenUp;
  };
  devices.erase(std::remove_if(devices.begin(), devices.end(), lost),
                devices.end());
  return devices;
}

DeviceLoss Attribute(DeviceLoss loss, const std::vector<std::string>& tried) {
  if (!tried.empty() &&
      std::find(tried.begin(), tried.end(), loss.device) == tried.end()) {
    loss.device = tried.front();
  }
  return loss;
}

std::string FormatLosses(const std::vector<DeviceLoss>& losses) {
  std::string text;
  const std::size_t first = losses.size() - std::min(losses.size(), kKept);
  for (std::size_t i = first; i < losses.size(); ++i) {
    std::string reason = losses[i].reason.substr(0, kMaxReason);
    std::replace_if(
        reason.begin(), reason.end(),
        [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
    text += losses[i].device + ": " + reason + "\n";
  }
  return text;
}

std::vector<DeviceLoss> ParseLosses(const std::string& text) {
  std::vector<DeviceLoss> losses;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos || !IsDevice(line.substr(0, colon))) {
      continue;
    }
    losses.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  return losses;
}

}  // namespace prewarm
