// What is said of the page besides its files. Pure.
#pragma once

#include <string>
#include <string_view>

namespace prewarm {

// "https://warm.shop.example:8443" of a URL with that beginning.
std::string_view OriginOfUrl(std::string_view url);

// GET /shop.json: whom the page tells of its visitors; null where nobody.
std::string ShopJson(const std::string& controller, const std::string& target);

}  // namespace prewarm
