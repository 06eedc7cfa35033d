// How a C++ value looks as text: doublet::detail::write(text, value) chooses by the value's type.
//
// The fields of a struct and the names of an enum are found by runtime/reflect.cpp while the program runs. `Tag`
// makes instantiations anew: an operator<< that a later cell defines counts, although a template would remember that
// there was none.
#ifndef DOUBLET_DESCRIBE_HPP
#define DOUBLET_DESCRIBE_HPP

#include <algorithm>
#include <any>
#include <chrono>
#include <cmath>
#include <complex>
#include <exception>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <queue>
#include <sstream>
#include <stack>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

#include "doublet/bridge.hpp"
#include "doublet/kinds.hpp"
#include "doublet/text.hpp"

namespace doublet::detail {

inline constexpr std::size_t most_elements = 1000;  // a longer container is abbreviated ...
inline constexpr std::size_t shown_elements = 100;  // ... to so many
inline constexpr std::size_t shown_rows = 20;

using Fields = void (*)(Text&, const void*);
// Both look in what is known, and may compile: see reflect.hpp.
Fields fields_of(const std::type_info& type);
std::string enumerator_of(const std::type_info& type, long long value);

// Says whether the fields are known.
inline bool add_known_fields(Text& text, const std::type_info& type, const void* at) {
    const Fields fields = text.depth > deepest ? nullptr : fields_of(type);
    if (!fields) return false;
    text.add(short_name(type) + "(");
    ++text.depth;
    fields(text, at);
    --text.depth;
    text.add(")");
    return true;
}

// Of a class with virtual functions, what the object really is; where nobody can tell its fields, those of `T` at least.
template <class T>
void add_fields(Text& text, const T& value) {
    if constexpr (std::is_polymorphic_v<T>) {
        const std::type_info& type = typeid(value);
        if (type != typeid(T) && add_known_fields(text, type, dynamic_cast<const void*>(std::addressof(value)))) return;
    }
    if (!add_known_fields(text, typeid(T), std::addressof(value))) add_object(text, typeid(value));
}

// Between two elements or fields; says whether there is a point in going on.
inline bool next(Text& text, bool& first, std::string_view name = {}) {
    if (text.full()) return false;
    if (!std::exchange(first, false)) text.add(", ");
    if (!name.empty()) text.add(std::string(name) + "=");
    return true;
}

template <class Tag, class T>
void write(Text& text, const T& value);

template <class Tag, class T>
void field(Text& text, bool& first, std::string_view name, const T& value) {
    if (next(text, first, name)) write<Tag>(text, value);
}

template <class Tag, class T>
void write_range(Text& text, T& values) {
    std::size_t size = 0;
    if constexpr (has_size<T>::value) size = values.size();
    else if constexpr (std::is_array_v<T>) size = std::extent_v<T>;
    // Each of a table's rows has many fields.
    constexpr bool is_table = std::is_base_of_v<record, std::decay_t<decltype(*std::begin(values))>>;
    const std::size_t most = is_table ? shown_rows : size > most_elements ? shown_elements : most_elements;
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

// In the order in which the elements come out.
template <class Tag, class T>
void write_queue(Text& text, const T& value) {
    if constexpr (std::is_copy_constructible_v<typename T::value_type>) {
        T copy(value);
        const std::size_t size = value.size(), shown = size > most_elements ? shown_elements : size;
        bool first = true;
        text.add("{");
        for (std::size_t i = 0; i < shown && next(text, first); ++i, copy.pop()) write<Tag>(text, copy.top());
        if (shown < size && next(text, first)) text.add("... (" + std::to_string(size) + " elements)");
        text.add("}");
    } else {
        write_range<Tag>(text, Opened<T>::elements(value));
    }
}

template <class Tag, class T>
void write_pointer(Text& text, T* pointer) {
    if (!pointer) return text.add("nullptr");
    using Object = std::remove_cv_t<T>;
    if constexpr (is_character<Object>) {
        add_c_string(text, const_cast<const Object*>(pointer));
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
        add_text(text, std::basic_string_view<typename T::value_type>(value.data(), value.size()));
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
        // Those of a variable at the top level live on; others may be gone already.
        const bool lives = value.size() == 0 || !(is_on_stack(value.begin()) || !is_readable(value.begin(), value.size() * sizeof(*value.begin())));
        if (lives) write_range<Tag>(text, value);
        else text.add("<" + short_name(typeid(T)) + " of " + std::to_string(value.size()) + ">");
    } else if constexpr (is_a<T, std::queue> || is_a<T, std::stack>) {
        write_range<Tag>(text, Opened<T>::elements(value));
    } else if constexpr (is_a<T, std::priority_queue>) {
        write_queue<Tag>(text, value);
    } else if constexpr (std::is_same_v<T, std::type_info> || std::is_same_v<T, std::type_index>) {
        text.add("<type " + clean_type(demangled(value.name())) + ">");
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
    } else if constexpr (is_order<T>) {
        text.add(short_name(typeid(T)) + (value < 0 ? "::less" : value > 0 ? "::greater" : value == 0 ? "::equivalent" : "::unordered"));
    } else if constexpr (is_view<T>::value) {
        write_view<Tag>(text, value);
    } else if constexpr (is_printable<T, Tag>::value) {
        write_printed<Tag>(text, value);
    } else if constexpr (std::is_base_of_v<record, T>) {
        bool first = true;
        text.add(short_name(typeid(T)) + "(");
        value.doublet_visit([&](std::string_view name, const auto& part) { field<Tag>(text, first, name, part); });
        text.add(")");
    } else if constexpr (is_range<T>::value) {
        write_range<Tag>(text, value);
    } else if constexpr (is_remembering_view<T>()) {
        // A copy, if there can be one: what the view itself remembers would no longer be right when the elements change.
        if constexpr (std::is_copy_constructible_v<T>) {
            T copy(value);
            write_range<Tag>(text, copy);
        } else {
            write_range<Tag>(text, const_cast<T&>(value));
        }
    } else if constexpr (std::is_base_of_v<std::exception, T>) {
        text.add(short_name(typeid(T)) + "(");
        const char* what = value.what();
        add_quoted(text, what ? what : "");
        text.add(")");
    } else if constexpr (std::is_union_v<T> || std::is_empty_v<T>) {
        text.add(std::is_union_v<T> ? "<" + short_name(typeid(T)) + " union>" : short_name(typeid(T)) + "()");
    } else {
        add_fields(text, value);
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
        using Element = std::remove_cv_t<std::remove_extent_t<T>>;
        if constexpr (is_character<Element>) {
            const std::basic_string_view<Element> all(const_cast<const Element*>(value), std::extent_v<T>);
            add_text(text, all.substr(0, all.find(Element())));
        } else {
            write_range<Tag>(text, value);
        }
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
