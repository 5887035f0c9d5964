#include "warmup-controller/policy/read_fixed_urls.h"

#include <set>

#include "common/base/utf8.h"
#include "warmup-controller/policy/base_url.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"

namespace prewarm {
namespace {

bool IsList(const Field& field) {
  return field.node().kind == YamlNode::Kind::kList;
}

std::vector<std::string> ReadUrls(const Field& field) {
  if (IsList(field) && field.node().items.empty()) {
    field.Complain("is empty; expected 1 to " + std::to_string(kMaxUrls) +
                   " URLs");
  }
  std::vector<std::string> urls;
  std::set<std::string> seen;
  for (const Field& item : field.Items(kMaxUrls)) {
    const auto url = ReadChecked(item, CheckBaseUrl);
    if (!url) continue;
    if (seen.insert(*url).second) {
      urls.push_back(*url);
    } else {
      item.Complain("got " + Quoted(*url) +
                    ", which is there already; an instance has its own");
    }
  }
  return urls;
}

}  // namespace

FixedUrls ReadFixedUrls(const Field& spec) {
  FixedUrls fixed;
  Fields fields(spec);
  const auto urls = fields.Required("urls");
  const auto admin_urls = fields.Find("adminUrls");
  fields.RefuseOthers();
  if (urls) fixed.urls = ReadUrls(*urls);
  if (admin_urls) fixed.admin_urls = ReadUrls(*admin_urls);
  // As written: an URL that is wrong is not one that is missing.
  if (urls && admin_urls && IsList(*urls) && IsList(*admin_urls)) {
    const std::size_t count = urls->node().items.size();
    const std::size_t got = admin_urls->node().items.size();
    if (got != count) {
      admin_urls->Complain("got " + std::to_string(got) +
                           " URLs, expected as many as spec.urls has, which "
                           "is " +
                           std::to_string(count));
    }
  }
  return fixed;
}

}  // namespace prewarm
