// How Google spells what options name. Pure.
#pragma once

#include <string_view>

namespace prewarm::google {

// A project's id, "shop-project", perhaps with its domain,
// "example.com:shop-project"; or its number.
bool IsProject(std::string_view text);

// A region, "europe-west1", and no zone of one, "europe-west1-b".
bool IsRegion(std::string_view text);

// The e-mail address of an account as a token has it, without the
// "serviceAccount:" that policies of IAM write before it.
bool IsAccount(std::string_view text);

}  // namespace prewarm::google
