// The text that tells how a value looks, and what it is made of: names, strings, numbers, addresses.
#ifndef DOUBLET_TEXT_HPP
#define DOUBLET_TEXT_HPP

#include <pthread.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <typeinfo>

#include "doublet/cell.hpp"

namespace doublet::detail {

inline constexpr std::size_t longest_text = 100'000;
inline constexpr std::size_t longest_string = 10'000;
inline constexpr int deepest = 12;
inline constexpr const char* unnamed = "unnamed";

// The text so far. It stops growing when it is long enough; `depth` is how deep inside the value it is.
struct Text {
    std::string out;
    int depth = 0;
    bool full() const { return out.size() >= longest_text; }
    void add(std::string_view part) {
        if (full()) return;
        if (out.size() + part.size() < longest_text) {
            out.append(part);
        } else {
            std::size_t size = longest_text - out.size();
            while (size > 0 && (part[size] & 0xC0) == 0x80) --size;  // not in the middle of a UTF-8 character
            out.append(part.substr(0, size));
            out.resize(longest_text, ' ');
            out.append("...");
        }
    }
};

// A type's name as the user wrote it.
inline std::string clean_type(std::string name) {
    for (const char* prefix : {"__cling_N5", "doublet_v"})
        for (std::size_t at = name.find(prefix); at != std::string::npos; at = name.find(prefix, at)) {
            const std::size_t end = name.find_first_not_of("0123456789", at + std::string_view(prefix).size());
            name.erase(at, end == std::string::npos ? end : end - at + (name[end] == '_' ? 1 : 2));
        }
    for (std::size_t at = name.find("__doublet"); at != std::string::npos; at = name.find("__doublet", at)) {
        const std::size_t end = name.find("::", at);
        name.erase(at, end == std::string::npos ? end : end - at + 2);
    }
    // What is local to a function: without that, of which the name may be long.
    for (std::size_t at = name.find(")::"); at != std::string::npos; at = name.find(")::")) {
        std::size_t start = at;
        for (int open = 1; open > 0 && start > 0;) open += name[--start] == ')' ? 1 : name[start] == '(' ? -1 : 0;
        while (start > 0 && (std::isalnum(static_cast<unsigned char>(name[start - 1])) || name[start - 1] == '_' || name[start - 1] == ':')) --start;
        name.erase(start, at + 3 - start);
    }
    const std::string_view abi = "__cxx11::", space = "> >", allocator = ", std::allocator<";
    for (std::size_t at = name.find(abi); at != std::string::npos; at = name.find(abi)) name.erase(at, abi.size());
    for (std::size_t at = name.find(space); at != std::string::npos; at = name.find(space)) name.erase(at + 1, 1);
    for (std::size_t at = name.find(allocator); at != std::string::npos; at = name.find(allocator)) {
        std::size_t end = at + allocator.size();
        for (int open = 1; open > 0 && end < name.size(); ++end) open += name[end] == '<' ? 1 : name[end] == '>' ? -1 : 0;
        name.erase(at, end - at);
    }
    return name;
}

inline std::string full_name(const std::type_info& type) { return demangled(type.name()); }

// Whether a name, or an argument of it, is made up where the user has given none; braces also stand around the members of
// an object that is the argument of a template.
inline bool is_made_up(std::string_view name) {
    return name.find_first_of("'$") != name.npos || name.find("{unnamed") != name.npos || name.find("{lambda") != name.npos;
}

inline std::string short_name(const std::type_info& type) {
    const std::string name = full_name(type);
    return is_made_up(name) ? unnamed : clean_type(name);
}

inline void add_object(Text& text, const std::type_info& type, std::string_view what = "object") {
    text.add("<" + short_name(type) + " ");
    text.add(what);
    text.add(">");
}

inline void add_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
        out += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                static_cast<char>(0x80 | (c & 0x3F))};
    } else {
        out += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
}

// The length of the UTF-8 character at the beginning of a text, 0 if there is none.
inline std::size_t utf8_length(std::string_view text) {
    const unsigned char first = text[0];
    const std::size_t size = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5                  ? 4 : 0;
    if (size > text.size()) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((text[i] & 0xC0) != 0x80) return 0;
    // Longer than need be, half of a UTF-16 pair, or beyond Unicode.
    const unsigned char second = size > 2 ? text[1] : 0;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0)) return 0;
    if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90)) return 0;
    return size;
}

inline void add_quoted(Text& text, std::string_view value) {
    const char* digits = "0123456789abcdef";
    std::string out = "'";
    std::size_t at = 0;
    while (at < value.size() && at < longest_string) {
        const unsigned char c = value[at];
        const std::size_t size = utf8_length(value.substr(at));
        if (c == '\'' || c == '\\') out += {'\\', static_cast<char>(c)};
        else if (c == '\n') out += "\\n";
        else if (c == '\t') out += "\\t";
        else if (c == '\r') out += "\\r";
        else if (size == 0 || c < 0x20 || c == 0x7F) out += {'\\', 'x', digits[c >> 4], digits[c & 15]};
        else out.append(value.substr(at, size));
        at += size == 0 ? 1 : size;
    }
    out += '\'';
    if (at < value.size()) out += "... (" + std::to_string(value.size()) + " characters)";
    text.add(out);
}

// Text of any kind of characters.
template <class Char>
void add_text(Text& text, std::basic_string_view<Char> value) {
    if constexpr (sizeof(Char) == 1) {
        add_quoted(text, {reinterpret_cast<const char*>(value.data()), value.size()});
    } else {
        std::string utf8;
        for (std::size_t i = 0; i < value.size() && i <= longest_string; ++i) {
            auto c = static_cast<char32_t>(value[i]);
            if (sizeof(Char) == 2 && c >= 0xD800 && c < 0xDC00 && i + 1 < value.size())
                c = 0x10000 + ((c & 0x3FF) << 10) + (value[++i] & 0x3FF);
            add_utf8(utf8, c);
        }
        add_quoted(text, utf8);
    }
}

// Reads memory that may not be there, and tells how much of it could be read.
inline std::size_t peek(const void* from, void* into, std::size_t size) {
    iovec local{into, size}, remote{const_cast<void*>(from), size};
    const ssize_t got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
    return got < 0 ? 0 : static_cast<std::size_t>(got);
}

inline bool is_readable(const void* from, std::size_t size) {
    char byte;
    const auto* first = static_cast<const char*>(from);
    for (std::size_t at = 0; at < size; at += 4096)
        if (peek(first + at, &byte, 1) != 1) return false;
    return peek(first + size - 1, &byte, 1) == 1;
}

inline bool is_on_stack(const void* at) {
    pthread_attr_t attributes;
    void* lowest = nullptr;
    std::size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes)) return true;
    pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
    return at >= lowest && at < static_cast<char*>(lowest) + size;
}

inline void add_address(Text& text, const std::type_info& pointer, const void* at) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, reinterpret_cast<std::uintptr_t>(at), 16);
    text.add("(" + short_name(pointer) + ") 0x");
    text.add({digits, static_cast<std::size_t>(end.ptr - digits)});
}

template <class Char>
void add_c_string(Text& text, const Char* from) {
    if (!from) return text.add("nullptr");
    std::basic_string<Char> value;
    Char block[64];
    while (value.size() <= longest_string) {
        const std::size_t room = sizeof block - reinterpret_cast<std::uintptr_t>(from + value.size()) % sizeof block;
        const std::size_t got = peek(from + value.size(), block, room) / sizeof(Char);
        if (got == 0) return add_address(text, typeid(const Char*), from);
        const std::basic_string_view<Char> part(block, got);
        value.append(part.substr(0, part.find(Char())));
        if (part.find(Char()) != part.npos) break;
    }
    add_text<Char>(text, value);
}

template <class Number>
void add_real(Text& text, Number value, std::string_view if_whole = ".0") {
    char digits[64];
    if (std::isnan(value)) return text.add("nan");
    if (std::isinf(value)) return text.add(value < 0 ? "-inf" : "inf");
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    const std::string_view shown(digits, static_cast<std::size_t>(end.ptr - digits));
    text.add(shown);
    if (shown.find_first_of(".e") == shown.npos) text.add(if_whole);
}

template <class Number>
void add_integer(Text& text, Number value) {
    if constexpr (sizeof(Number) > sizeof(long long)) {
        std::string digits;  // to_chars does not know __int128
        const bool negative = value < 0;
        for (; digits.empty() || value != 0; value /= 10) digits.insert(0, 1, "0123456789"[std::abs(static_cast<int>(value % 10))]);
        text.add((negative ? "-" : "") + digits);
    } else {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, value);
        text.add({digits, static_cast<std::size_t>(end.ptr - digits)});
    }
}

inline void add_time(Text& text, std::time_t seconds) {
    char shown[64];
    std::tm parts{};
    if (gmtime_r(&seconds, &parts)) text.add({shown, std::strftime(shown, sizeof shown, "%Y-%m-%d %H:%M:%S UTC", &parts)});
}

}  // namespace doublet::detail

#endif
