// A value's MIME bundle: what mime_bundle_repr(value) gives, found by argument-dependent lookup, and its text.
#ifndef DOUBLET_BUNDLE_HPP
#define DOUBLET_BUNDLE_HPP

#include <stdexcept>

#include "doublet/describe.hpp"

namespace doublet::detail {

inline std::string json_text(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') out += {'\\', c};
        else if (static_cast<unsigned char>(c) >= 0x20) out += c;
        else out += {'\\', 'u', '0', '0', "01"[c >> 4 & 1], "0123456789abcdef"[c & 15]};
    }
    return out + "\"";
}

template <class T, class Tag, class = void>
struct has_bundle : std::false_type {};
template <class T, class Tag>
struct has_bundle<T, Tag, std::void_t<decltype(mime_bundle_repr(std::declval<const T&>()))>> : std::true_type {};

// nlohmann::json, told by what it can do.
template <class T, class = void>
struct is_json : std::false_type {};
template <class T>
struct is_json<T, std::void_t<decltype((*std::declval<const T&>().items().begin()).value().is_string()),
                              decltype(std::declval<const T&>().dump())>> : std::true_type {};

template <class T, class = void>
struct is_pairs : std::false_type {};
template <class T>
struct is_pairs<T, std::void_t<decltype(std::string_view(std::begin(std::declval<const T&>())->first)),
                               decltype(std::string_view(std::begin(std::declval<const T&>())->second))>>
    : std::true_type {};

template <class Bundle>
std::string bundle_json(const Bundle& bundle) {
    std::string out;
    const auto add = [&](std::string_view type, const std::string& data) {
        out += (out.empty() ? "" : ", ") + json_text(type) + ": " + data;
    };
    const std::string must = " and must return MIME types with their data: a std::map<std::string, std::string>, "
                             "another range of pairs of strings, or a nlohmann::json object";
    if constexpr (is_json<Bundle>::value) {
        if (!bundle.is_object()) throw std::invalid_argument("mime_bundle_repr returned JSON that is no object," + must);
        for (const auto& item : bundle.items()) add(item.key(), item.value().dump());
    } else if constexpr (is_pairs<Bundle>::value) {
        for (const auto& item : bundle) add(item.first, json_text(item.second));
    } else {
        throw std::invalid_argument("mime_bundle_repr returned '" + short_name(typeid(Bundle)) + "'" + must);
    }
    return out;
}

// A value's MIME bundle, as JSON.
template <class Tag, class T>
std::string bundle_of(const T& value) {
    std::string out;
    if constexpr (has_bundle<T, Tag>::value) out = bundle_json(mime_bundle_repr(value));
    if (out.find("\"text/plain\": ") == out.npos) {
        Text text;
        write<Tag>(text, value);
        out += (out.empty() ? "" : ", ") + ("\"text/plain\": " + json_text(text.out));
    }
    return "{" + out + "}";
}

}  // namespace doublet::detail

#endif
