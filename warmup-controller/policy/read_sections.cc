#include "warmup-controller/policy/read_sections.h"

#include <algorithm>
#include <string>

#include "common/base/utf8.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"
#include "warmup-controller/policy/names.h"

namespace prewarm {
namespace {

constexpr int kMaxParallelism = 1000;
constexpr int kMaxRetries = 20;

Status CheckUrlPath(std::string_view path) {
  const bool good = !path.empty() && path.front() == '/' &&
                    path.size() <= 1024 &&
                    std::all_of(path.begin(), path.end(), [](char c) {
                      return c > ' ' && c <= '~' && c != '?' && c != '#';
                    });
  if (good) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(path) +
                       ", expected a path of a URL such as /warmup, without "
                       "query");
}

std::optional<std::string> ReadPort(const Field& field) {
  const YamlNode& node = field.node();
  const bool number =
      node.kind == YamlNode::Kind::kScalar && !node.quoted &&
      node.text.find_first_not_of("-0123456789") == std::string::npos;
  if (!number) return ReadChecked(field, CheckPortName);
  const auto port = field.Whole(1, 65535);
  if (!port) return std::nullopt;
  return std::to_string(*port);
}

// The fields of mode auto say nothing where the lead is fixed, and the other
// way round.
void RefuseInMode(const std::optional<Field>& field, const std::string& mode) {
  if (field) {
    field->Complain("is not for mode " + mode +
                    "; leave it out, or change mode");
  }
}

}  // namespace

LeadTime ReadLeadTime(const Field& field) {
  LeadTime lead;
  Fields fields(field);
  const auto mode = fields.Find("mode");
  const auto fixed = fields.Find("fixed");
  const auto min = fields.Find("min");
  const auto max = fields.Find("max");
  const auto quantile = fields.Find("quantile");
  fields.RefuseOthers();
  if (mode) {
    const auto which = mode->OneOf({"auto", "fixed"});
    if (!which) return lead;
    lead.mode = *which == 0 ? LeadTime::Mode::kAuto : LeadTime::Mode::kFixed;
  }
  if (lead.mode == LeadTime::Mode::kFixed) {
    if (fixed) {
      lead.fixed = ReadSeconds(*fixed, kLead).value_or(lead.fixed);
    } else {
      mode->Complain("is fixed, but fixed: 2m or the like is missing");
    }
    for (const auto* other : {&min, &max, &quantile}) {
      RefuseInMode(*other, "fixed");
    }
    return lead;
  }
  RefuseInMode(fixed, "auto");
  const auto least = min ? ReadSeconds(*min, kLead) : lead.min;
  const auto most = max ? ReadSeconds(*max, kLead) : lead.max;
  if (least && most && *least > *most) {
    (min ? *min : *max)
        .Complain("min " + FormatDuration(*least) + " is over max " +
                  FormatDuration(*most) + (min && max ? "" : " (a default)"));
  }
  lead.min = least.value_or(lead.min);
  lead.max = most.value_or(lead.max);
  if (quantile) {
    lead.quantile = quantile->Number(0.5, 0.999).value_or(lead.quantile);
  }
  return lead;
}

WarmupCall ReadWarmupCall(const Field& field) {
  WarmupCall call;
  Fields fields(field);
  if (const auto path = fields.Find("path")) {
    call.path = ReadChecked(*path, CheckUrlPath).value_or(call.path);
  }
  if (const auto port = fields.Find("port")) {
    call.port = ReadPort(*port).value_or(call.port);
  }
  ReadSeconds(&fields, "timeout", kWarmupTimeout, &call.timeout);
  fields.Whole("parallelism", 1, kMaxParallelism, &call.parallelism);
  fields.Whole("retries", 0, kMaxRetries, &call.retries);
  if (const auto jitter = fields.Find("jitter")) {
    call.jitter = ReadDuration(*jitter, kJitter).value_or(call.jitter);
  }
  if (const auto reverify = fields.Find("reverify")) {
    // 0 is below the range, and means never.
    const bool never = reverify->node().text == "0s";
    call.reverify =
        never ? std::chrono::seconds(0)
              : ReadSeconds(*reverify, kReverify).value_or(call.reverify);
  }
  fields.RefuseOthers();
  return call;
}

ScaleDown ReadScaleDown(const Field& field) {
  ScaleDown down;
  Fields fields(field);
  ReadSeconds(&fields, "delay", kScaleDownDelay, &down.delay);
  ReadAutoOrSeconds(&fields, "keepIfNextWindowWithin", kScaleDownDelay,
                    &down.keep_if_next_window_within);
  fields.RefuseOthers();
  return down;
}

DstRules ReadDstRules(const Field& field) {
  DstRules rules;
  Fields fields(field);
  if (const auto gap = fields.Find("gap")) {
    const bool skip = gap->OneOf({"shift", "skip"}) == 1;
    rules.gap = skip ? DstGap::kSkip : DstGap::kShift;
  }
  if (const auto overlap = fields.Find("overlap")) {
    const bool twice = overlap->OneOf({"once", "twice"}) == 1;
    rules.overlap = twice ? DstOverlap::kTwice : DstOverlap::kOnce;
  }
  fields.RefuseOthers();
  return rules;
}

}  // namespace prewarm
