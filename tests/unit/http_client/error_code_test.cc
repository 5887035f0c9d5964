#include "warmup-controller/http_client/error_code.h"

#include <gtest/gtest.h>

#include <map>

namespace prewarm {
namespace {

TEST(ErrorCodeOf, StatusThatIsNamedHasACodeOfItsOwn) {
  for (const auto& [status, code] :
       std::map<int, ErrorCode>{{400, ErrorCode::kInvalidArgument},
                                {401, ErrorCode::kUnauthorized},
                                {403, ErrorCode::kForbidden},
                                {404, ErrorCode::kNotFound},
                                {405, ErrorCode::kMethodNotAllowed},
                                {406, ErrorCode::kUnsupported},
                                {409, ErrorCode::kConflict},
                                {410, ErrorCode::kGone},
                                {413, ErrorCode::kTooLarge},
                                {415, ErrorCode::kUnsupported},
                                {422, ErrorCode::kUnprocessable},
                                {429, ErrorCode::kResourceExhausted},
                                {504, ErrorCode::kDeadlineExceeded}}) {
    EXPECT_EQ(ErrorCodeOf(status), code) << status;
  }
}

TEST(ErrorCodeOf, ServerThatCanNotNowMayBeAskedLater) {
  for (const int status : {501, 502, 503, 599}) {
    EXPECT_EQ(ErrorCodeOf(status), ErrorCode::kUnavailable) << status;
  }
}

TEST(ErrorCodeOf, WhatIsNotKnownIsInternal) {
  for (const int status : {-1, 0, 302, 402, 412, 418, 499, 500, 600}) {
    EXPECT_EQ(ErrorCodeOf(status), ErrorCode::kInternal) << status;
  }
}

}  // namespace
}  // namespace prewarm
