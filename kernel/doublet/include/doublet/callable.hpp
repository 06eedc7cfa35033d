// What a Python function is in a C++ cell.
#ifndef DOUBLET_CALLABLE_HPP
#define DOUBLET_CALLABLE_HPP

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "exceptions.hpp"

extern "C" {
// Keep one of Python's objects, and let go of it; see runtime/callables.cpp.
void doublet_keep(void* object);
void doublet_let_go(void* object);
}

namespace doublet {

// A Python function with default arguments: it can be called in several ways, and is a std::function of each.
template <class... Signatures>
struct callable : std::function<Signatures>... {
    using std::function<Signatures>::operator()...;
};

namespace detail {

// Text crosses to Python as the place of its bytes and their number, for cppyy cannot pass a std::string to Python.
template <class T>
auto to_python(const T& value) {
    if constexpr (std::is_same_v<T, std::string>)
        return std::tuple(reinterpret_cast<long>(value.data()), static_cast<long>(value.size()));
    else
        return std::tuple(value);
}

// Python's function, which says its name where it has returned what is no Result.
template <class Result, class... Parameters>
std::function<Result(Parameters...)> named(Result (*python)(Parameters...), const char* name, const char* annotation) {
    return [python, name, annotation](Parameters... arguments) -> Result {
        try {
            return python(arguments...);
        } catch (const PythonError& error) {
            error.blame(name, annotation);
            throw;
        }
    };
}

// The same where text crosses: a result that is text is written to the place that the last argument tells.
template <class Result, class... Parameters, class Python>
std::function<Result(Parameters...)> with_text(Python python, const char* name, const char* annotation, Result (*)(Parameters...)) {
    return [python = named(python, name, annotation)](Parameters... arguments) -> Result {
        auto crossing = std::tuple_cat(to_python<Parameters>(arguments)...);
        if constexpr (std::is_same_v<Result, std::string>) {
            std::string result;
            std::apply(python, std::tuple_cat(crossing, std::tuple(reinterpret_cast<long>(&result))));
            return result;
        } else {
            return std::apply(python, crossing);
        }
    };
}

// The function at a place, which keeps Python's object as long as a copy of it is there: cppyy forgets what only C++ holds.
template <class Signature>
std::function<Signature> owning(std::uintptr_t place, std::uintptr_t object) {
    doublet_keep(reinterpret_cast<void*>(object));
    const std::shared_ptr<void> kept(reinterpret_cast<void*>(object), doublet_let_go);
    return [function = reinterpret_cast<Signature*>(place), kept](auto&&... arguments) -> decltype(auto) {
        return function(std::forward<decltype(arguments)>(arguments)...);
    };
}

inline void write_text(long place, const std::string& text) { *reinterpret_cast<std::string*>(place) = text; }

}  // namespace detail

}  // namespace doublet

#endif
