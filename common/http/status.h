// Status codes of RFC 9110 and problems for codes that no ErrorCode names.
#pragma once

#include <string_view>

#include "common/http/http.h"

namespace prewarm::http {

const char* ReasonPhrase(int status);

Response ProblemResponse(int status, std::string_view detail,
                         std::string_view field, std::string_view request_id);

}  // namespace prewarm::http
