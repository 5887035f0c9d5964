// Which device's engine a process opens. LibTorch's CUDA and CPU builds share
// symbols, so a process opens one, and the way from a device that failed to
// another is a new process: it is told by its environment what was lost. Pure.
#pragma once

#include <string>
#include <vector>

namespace prewarm {

// The environment variable that hands losses over to the next process.
inline constexpr char kLossesVariable[] = "PREWARM_DEVICE_LOSSES";

struct DeviceLoss {
  std::string device;  // "cuda"
  std::string reason;
};

// The devices to try, best first: of "cuda" and "cpu" for "auto", otherwise
// `choice` itself. One that was lost twice is left out: a new process ends what
// one sticky error began, a second one is the device's own.
std::vector<std::string> DevicesToTry(const std::string& choice,
                                      const std::vector<DeviceLoss>& losses);

// The loss as one of the devices that were tried: an engine may name its device
// more closely than one can ask for it ("cuda:0"), or not at all.
DeviceLoss Attribute(DeviceLoss loss, const std::vector<std::string>& tried);

// A line each, for the environment; the newest 8.
std::string FormatLosses(const std::vector<DeviceLoss>& losses);
// Lines that FormatLosses did not write are left out.
std::vector<DeviceLoss> ParseLosses(const std::string& text);

}  // namespace prewarm
