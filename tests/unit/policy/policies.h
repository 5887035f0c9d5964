// Policies to read, and what is said about them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "warmup-controller/policy/policy_reader.h"

namespace prewarm {

// A whole policy with these lines, of two spaces before them, in its spec;
// they begin in line 6.
inline std::string PolicyWith(const std::string& spec) {
  return "apiVersion: prewarm.dev/v1alpha1\n"
         "kind: PrewarmPolicy\n"
         "metadata: {name: hours, namespace: shop}\n"
         "spec:\n"
         "  targetRef: {kind: Deployment, name: server}\n" +
         spec;
}

// With a window that is always good, in line 6; the lines begin in line 7.
inline std::string PolicyAlso(const std::string& spec) {
  return PolicyWith(
      "  windows: [{name: day, from: \"09:00\", to: \"18:00\"}]\n" + spec);
}

// The first policy of the text.
inline Policy Good(const std::string& text) {
  const auto policies = ReadPolicies({{"p.yaml", text}});
  EXPECT_TRUE(policies.ok()) << policies.error().message;
  return policies.ok() ? policies->front() : Policy();
}

inline std::string ErrorsOf(const std::string& text) {
  const auto policies = ReadPolicies({{"p.yaml", text}});
  EXPECT_FALSE(policies.ok()) << "was read: " << text;
  if (policies.ok()) return "";
  EXPECT_EQ(policies.error().code, ErrorCode::kInvalidArgument);
  return policies.error().message;
}

// One window of these fields, from line 6 on.
inline std::string WindowErrors(const std::string& fields) {
  return ErrorsOf(PolicyWith("  windows: [{name: a, " + fields + "}]\n"));
}
inline Window GoodWindow(const std::string& fields) {
  const Policy policy =
      Good(PolicyWith("  replicas: {max: 20}\n"
                      "  windows: [{name: a, " +
                      fields + "}]\n"));
  EXPECT_EQ(policy.windows.size(), 1U);
  return policy.windows.empty() ? Window() : policy.windows.front();
}

}  // namespace prewarm
