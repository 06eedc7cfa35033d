// How a C++ value looks as text: doublet::detail::write(text, value) chooses by the value's type.
//
// The fields of a struct and the names of an enum are found by runtime/reflect.cpp while the program runs. `Tag`
// makes instantiations anew: an operator<< that a later cell defines counts, although a template would remember that
// there was none.
#ifndef DOUBLET_DESCRIBE_HPP
#define DOUBLET_DESCRIBE_HPP

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <any>
#include <charconv>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

#include "doublet/bridge.hpp"
#include "doublet/cell.hpp"

namespace doublet::detail {

inline constexpr std::size_t most_elements = 1000;  // a longer container is abbreviated ...
inline constexpr std::size_t shown_elements = 100;  // ... to so many
inline constexpr std::size_t longest_text = 100'000;
inline constexpr std::size_t longest_string = 10'000;
inline constexpr int deepest = 12;

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

using Fields = void (*)(Text&, const void*);
// Both look in what is known, and may compile: see reflect.hpp.
Fields fields_of(const std::type_info& type);
std::string enumerator_of(const std::type_info& type, long long value);

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

inline std::string short_name(const std::type_info& type) {
    const std::string name = full_name(type);
    return name.find_first_of("{'$") != name.npos ? "unnamed" : clean_type(name);
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

inline void add_address(Text& text, const std::type_info& pointer, const void* at) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, reinterpret_cast<std::uintptr_t>(at), 16);
    text.add("(" + short_name(pointer) + ") 0x");
    text.add({digits, static_cast<std::size_t>(end.ptr - digits)});
}

inline void add_c_string(Text& text, const char* from) {
    if (!from) return text.add("nullptr");
    std::string value;
    char block[64];
    while (value.size() <= longest_string) {
        const std::size_t room = sizeof block - reinterpret_cast<std::uintptr_t>(from + value.size()) % sizeof block;
        const std::size_t got = peek(from + value.size(), block, room);
        if (got == 0) return add_address(text, typeid(const char*), from);
        const std::string_view part(block, got);
        value.append(part.substr(0, part.find('\0')));
        if (part.find('\0') != part.npos) break;
    }
    add_quoted(text, value);
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

inline void add_fields(Text& text, const std::type_info& type, const void* at) {
    const Fields fields = text.depth > deepest ? nullptr : fields_of(type);
    if (!fields) return add_object(text, type);
    text.add(short_name(type) + "(");
    ++text.depth;
    fields(text, at);
    --text.depth;
    text.add(")");
}

// Between two elements or fields; says whether there is a point in going on.
inline bool next(Text& text, bool& first, std::string_view name = {}) {
    if (text.full()) return false;
    if (!std::exchange(first, false)) text.add(", ");
    if (!name.empty()) text.add(std::string(name) + "=");
    return true;
}

template <class, template <class...> class>
struct is_made_from : std::false_type {};
template <template <class...> class Template, class... T>
struct is_made_from<Template<T...>, Template> : std::true_type {};
template <class T, template <class...> class Template>
inline constexpr bool is_a = is_made_from<T, Template>::value;

template <class T, class Tag, class = void>
struct is_printable : std::false_type {};
template <class T, class Tag>
struct is_printable<T, Tag, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <class T, class = void>
struct is_range : std::false_type {};
template <class T>
struct is_range<T, std::void_t<decltype(std::begin(std::declval<const T&>()) != std::end(std::declval<const T&>())),
                               decltype(*std::begin(std::declval<const T&>()))>>
    : std::bool_constant<!std::is_same_v<std::decay_t<decltype(*std::begin(std::declval<const T&>()))>, T>> {};

template <class T, class = void>
struct has_mapped : std::false_type {};
template <class T>
struct has_mapped<T, std::void_t<typename T::key_type, typename T::mapped_type>> : std::true_type {};

template <class T, class = void>
struct has_size : std::false_type {};
template <class T>
struct has_size<T, std::void_t<decltype(static_cast<std::size_t>(std::declval<const T&>().size()))>> : std::true_type {};

template <class T, class = void>
struct is_complete : std::false_type {};
template <class T>
struct is_complete<T, std::void_t<decltype(sizeof(T))>> : std::true_type {};

template <class T, class = void>
struct has_target : std::false_type {};  // not so for a smart pointer to void, an array or an incomplete type
template <class T>
struct has_target<T, std::void_t<decltype(sizeof(*std::declval<const T&>()))>> : std::true_type {};

template <class>
struct is_view : std::false_type {};
template <class T, std::size_t Rank>
struct is_view<view<T, Rank>> : std::true_type {};

template <class>
struct is_time : std::false_type {};
template <class Duration>
struct is_time<std::chrono::time_point<std::chrono::system_clock, Duration>> : std::true_type {};

template <class T>
constexpr bool is_lambda() {
    return std::string_view(__PRETTY_FUNCTION__).find("T = (lambda") != std::string_view::npos;
}

template <class Period>
constexpr const char* unit() {
    using std::ratio_equal_v;
    return ratio_equal_v<Period, std::nano>            ? "ns"
           : ratio_equal_v<Period, std::micro>         ? "us"
           : ratio_equal_v<Period, std::milli>         ? "ms"
           : ratio_equal_v<Period, std::ratio<1>>      ? "s"
           : ratio_equal_v<Period, std::ratio<60>>     ? "min"
           : ratio_equal_v<Period, std::ratio<3600>>   ? "h"
           : ratio_equal_v<Period, std::ratio<86400>>  ? "d"
                                                       : nullptr;
}

template <class Tag, class T>
void write(Text& text, const T& value);

template <class Tag, class T>
void field(Text& text, bool& first, std::string_view name, const T& value) {
    if (next(text, first, name)) write<Tag>(text, value);
}

template <class Tag, class T>
void write_range(Text& text, const T& values) {
    std::size_t size = 0;
    if constexpr (has_size<T>::value) size = values.size();
    else if constexpr (std::is_array_v<T>) size = std::extent_v<T>;
    const std::size_t most = size > most_elements ? shown_elements : most_elements;
    bool first = true;
    std::size_t shown = 0;
    text.add("{");
    const auto end = std::end(values);
    for (auto at = std::begin(values); at != end; ++at) {
        if (!next(text, first)) break;
        if (shown++ == most) {
            text.add("...");
            if (size != 0) text.add(" (" + std::to_string(size) + " elements)");
            break;
        }
        if constexpr (has_mapped<T>::value) {
            write<Tag>(text, at->first);
            text.add(": ");
            write<Tag>(text, at->second);
        } else {
            const auto& element = *at;
            write<Tag>(text, element);
        }
    }
    text.add("}");
}

template <class Tag, class T, std::size_t Rank, class... Index>
void write_view(Text& text, const view<T, Rank>& values, Index... index) {
    if constexpr (sizeof...(Index) == Rank) {
        write<Tag>(text, values(index...));
    } else {
        const auto size = static_cast<std::size_t>(values.extent(sizeof...(Index)));
        const std::size_t shown = static_cast<std::size_t>(values.size()) <= most_elements ? size : std::min<std::size_t>(size, 10);
        bool first = true;
        text.add("{");
        for (std::size_t i = 0; i < shown && next(text, first); ++i) write_view<Tag>(text, values, index..., i);
        if (shown < size && next(text, first)) text.add("... (" + std::to_string(size) + " elements)");
        text.add("}");
    }
}

template <class Tag, class T>
void write_pointer(Text& text, T* pointer) {
    if (!pointer) return text.add("nullptr");
    using Object = std::remove_cv_t<T>;
    if constexpr (std::is_same_v<Object, char>) {
        add_c_string(text, const_cast<const char*>(pointer));
    } else if constexpr (std::is_function_v<T>) {
        text.add("<function " + short_name(typeid(T)) + ">");
    } else if constexpr (std::is_void_v<T>) {
        add_address(text, typeid(T*), const_cast<const void*>(pointer));
    } else if constexpr (!is_complete<Object>::value) {
        text.add("<pointer to an incomplete type>");
    } else {
        const auto* at = reinterpret_cast<const void*>(const_cast<const Object*>(pointer));
        // What a pointer inside an object points to may be gone, or be the object itself.
        if (text.depth > 0 || !is_readable(at, sizeof(Object))) return add_address(text, typeid(T*), at);
        ++text.depth;
        text.add("&");
        write<Tag>(text, const_cast<const Object&>(*pointer));
        --text.depth;
    }
}

template <class Tag, class T>
void write_printed(Text& text, const T& value) {
    std::ostringstream stream;
    stream << value;
    text.add(stream.str());
}

template <class Tag, class T>
void write_scalar(Text& text, T value) {
    if constexpr (std::is_same_v<T, bool>) {
        text.add(value ? "true" : "false");
    } else if constexpr (std::is_same_v<T, char>) {
        add_quoted(text, {&value, 1});
#ifdef __cpp_char8_t
    } else if constexpr (std::is_same_v<T, char8_t>) {
        write_scalar<Tag>(text, static_cast<char>(value));
#endif
    } else if constexpr (std::is_same_v<T, wchar_t> || std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>) {
        std::string utf8;
        add_utf8(utf8, static_cast<char32_t>(value));
        add_quoted(text, utf8);
    } else if constexpr (std::is_same_v<T, std::byte>) {
        add_integer(text, std::to_integer<int>(value));
    } else if constexpr (std::is_enum_v<T>) {
        text.add(enumerator_of(typeid(T), static_cast<long long>(value)));
    } else if constexpr (std::is_floating_point_v<T>) {
        add_real(text, value);
    } else if constexpr (std::is_null_pointer_v<T>) {
        text.add("nullptr");
    } else if constexpr (std::is_pointer_v<T>) {
        write_pointer<Tag>(text, value);
    } else if constexpr (std::is_member_pointer_v<T>) {
        text.add("<" + short_name(typeid(T)) + ">");
    } else {
        add_integer(text, value);
    }
}

template <class Tag, class T>
void write_object(Text& text, const T& value) {
    if constexpr (is_lambda<T>()) {
        text.add("<lambda>");
    } else if constexpr (is_a<T, std::basic_string> || is_a<T, std::basic_string_view>) {
        if constexpr (sizeof(typename T::value_type) == 1) {
            add_quoted(text, {reinterpret_cast<const char*>(value.data()), value.size()});
        } else {
            std::string utf8;
            for (std::size_t i = 0; i < value.size() && i <= longest_string; ++i) {
                auto c = static_cast<char32_t>(value[i]);
                if (sizeof(value[i]) == 2 && c >= 0xD800 && c < 0xDC00 && i + 1 < value.size())
                    c = 0x10000 + ((c & 0x3FF) << 10) + (value[++i] & 0x3FF);
                add_utf8(utf8, c);
            }
            add_quoted(text, utf8);
        }
    } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
        add_quoted(text, value.native());
    } else if constexpr (is_a<T, std::complex>) {
        text.add("(");
        add_real(text, value.real(), "");
        text.add(std::signbit(value.imag()) ? "" : "+");
        add_real(text, value.imag(), "");
        text.add("j)");
    } else if constexpr (is_a<T, std::optional>) {
        if (value) write<Tag>(text, *value);
        else text.add("nullopt");
    } else if constexpr (is_a<T, std::variant>) {
        if (value.valueless_by_exception()) text.add("<valueless variant>");
        else std::visit([&](const auto& active) { write<Tag>(text, active); }, value);
    } else if constexpr (is_a<T, std::unique_ptr> || is_a<T, std::shared_ptr>) {
        if (!value) text.add("nullptr");
        else if constexpr (has_target<T>::value) write<Tag>(text, *value);
        else add_object(text, typeid(T));
    } else if constexpr (is_a<T, std::weak_ptr>) {
        if (const auto held = value.lock()) write<Tag>(text, held);
        else text.add("<expired weak_ptr>");
    } else if constexpr (is_a<T, std::initializer_list>) {
        text.add("<" + short_name(typeid(T)) + " of " + std::to_string(value.size()) + ">");  // its elements may be gone
    } else if constexpr (is_a<T, std::reference_wrapper>) {
        write<Tag>(text, value.get());
    } else if constexpr (is_a<T, std::function>) {
        text.add(value ? "<" + short_name(typeid(T)) + ">" : "<empty " + short_name(typeid(T)) + ">");
    } else if constexpr (std::is_same_v<T, std::any>) {
        if (!value.has_value()) text.add("<empty std::any>");
        else if (auto* integer = std::any_cast<int>(&value)) write<Tag>(text, *integer);
        else if (auto* real = std::any_cast<double>(&value)) write<Tag>(text, *real);
        else if (auto* string = std::any_cast<std::string>(&value)) write<Tag>(text, *string);
        else text.add("<std::any holding " + short_name(value.type()) + ">");
    } else if constexpr (is_a<T, std::chrono::duration>) {
        write<Tag>(text, value.count());
        if constexpr (constexpr auto* name = unit<typename T::period>()) text.add(std::string(" ") + name);
        else text.add(" * " + std::to_string(T::period::num) + "/" + std::to_string(T::period::den) + " s");
    } else if constexpr (is_time<T>::value) {
        add_time(text, std::chrono::system_clock::to_time_t(
                           std::chrono::time_point_cast<std::chrono::system_clock::duration>(value)));
    } else if constexpr (is_a<T, std::pair> || is_a<T, std::tuple>) {
        bool first = true;
        text.add("(");
        std::apply([&](const auto&... part) { (field<Tag>(text, first, {}, part), ...); }, value);
        text.add(")");
    } else if constexpr (is_view<T>::value) {
        write_view<Tag>(text, value);
    } else if constexpr (is_printable<T, Tag>::value) {
        write_printed<Tag>(text, value);
    } else if constexpr (is_range<T>::value) {
        write_range<Tag>(text, value);
    } else if constexpr (std::is_base_of_v<std::exception, T>) {
        text.add(short_name(typeid(T)) + "(");
        const char* what = value.what();
        add_quoted(text, what ? what : "");
        text.add(")");
    } else if constexpr (std::is_union_v<T> || std::is_empty_v<T>) {
        text.add(std::is_union_v<T> ? "<" + short_name(typeid(T)) + " union>" : short_name(typeid(T)) + "()");
    } else {
        add_fields(text, typeid(T), std::addressof(value));
    }
}

template <class Tag, class T>
void write(Text& text, const T& value) {
    if (text.depth > deepest || text.full()) return text.add("...");
    ++text.depth;
    using Plain = std::remove_cv_t<T>;
    if constexpr (std::is_function_v<T>) {
        text.add("<function " + short_name(typeid(T)) + ">");
    } else if constexpr (std::is_array_v<T>) {
        if constexpr (std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char>)
            add_quoted(text, std::string_view(value, std::extent_v<T>).substr(0, std::string_view(value, std::extent_v<T>).find('\0')));
        else write_range<Tag>(text, value);
    } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
        write_object<Tag, Plain>(text, const_cast<const Plain&>(value));
    } else {
        --text.depth;
        write_scalar<Tag, Plain>(text, value);
        ++text.depth;
    }
    --text.depth;
}

}  // namespace doublet::detail

#endif
