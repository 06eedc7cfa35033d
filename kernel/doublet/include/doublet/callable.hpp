// What a Python function is in a C++ cell.
#ifndef DOUBLET_CALLABLE_HPP
#define DOUBLET_CALLABLE_HPP

#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "exceptions.hpp"

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

inline void write_text(long place, const std::string& text) { *reinterpret_cast<std::string*>(place) = text; }

}  // namespace detail

}  // namespace doublet

#endif
