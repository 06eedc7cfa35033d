// doublet::display(value) shows a value from the middle of a cell, and what Python calls to describe values.
#ifndef DOUBLET_DISPLAY_HPP
#define DOUBLET_DISPLAY_HPP

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>

#include "doublet/bundle.hpp"
#include "doublet/cell.hpp"
#include "doublet/reflect.hpp"

namespace doublet::detail {

int tried();
void send(const std::string& message);

using Give = void (*)(const char* bundle, std::size_t size);
using Tell = void (*)(const char* type, const char* what);
using Describe = void (*)(const void* value, Give, Tell);

template <class Tag, class T>
void describe_as(const void* at, Give give, Tell tell) {
    try {
        using Plain = std::remove_cv_t<T>;
        auto* value = reinterpret_cast<Plain*>(reinterpret_cast<std::uintptr_t>(at));  // a function or an object
        const std::string bundle = bundle_of<Tag, Plain>(*value);
        give(bundle.data(), bundle.size());
    } catch (...) {
        describe(std::current_exception(), tell);
    }
}

}  // namespace doublet::detail

namespace doublet {

// Shows a value in the notebook at once. With an id, a call with the same id later in the cell replaces what is shown.
#if __cplusplus >= 202002L
template <class T, class Tag = decltype([] {})>
#else
template <class T, class Tag = void>
#endif
void display(const T& value, std::string_view id = {}) {
    detail::send("{\"id\": " + detail::json_text(id) + ", \"data\": " + detail::bundle_of<Tag>(value) + "}\n");
}

}  // namespace doublet

#endif
