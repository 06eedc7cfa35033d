// cpp.vectorize(f): a C++ function over all elements of NumPy arrays, with the loop in C++.
#ifndef DOUBLET_VECTORIZE_HPP
#define DOUBLET_VECTORIZE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "doublet/growing.hpp"

namespace doublet::detail {

// Goes through one dimension: of each array, where it begins and how many bytes an element is from the next.
using Inner = void (*)(std::ptrdiff_t size, char* const* at, const std::ptrdiff_t* steps);

// What a function gives: nothing, a number, or several in a pair or tuple.
template <class Result>
struct outputs {
    using type = std::tuple<Result>;
    static type of(Result result) { return {result}; }
};
template <class... T>
struct outputs<std::tuple<T...>> {
    using type = std::tuple<T...>;
    static type of(type result) { return result; }
};
template <class A, class B>
struct outputs<std::pair<A, B>> {
    using type = std::tuple<A, B>;
    static type of(std::pair<A, B> result) { return {result.first, result.second}; }
};

template <class Function, class... Arguments>
class vectorized {
    using Result = std::decay_t<std::invoke_result_t<const Function&, Arguments...>>;
    static inline std::optional<Function> function_;

    template <class T>
    static T& element(char* const* at, const std::ptrdiff_t* steps, std::size_t array, std::ptrdiff_t index, bool dense) {
        return dense ? reinterpret_cast<T*>(at[array])[index] : *reinterpret_cast<T*>(at[array] + index * steps[array]);
    }

    template <class... Outputs, std::size_t... In, std::size_t... Out>
    static void loop(std::ptrdiff_t size, char* const* at, const std::ptrdiff_t* steps, bool dense, std::tuple<Outputs...>*,
                     std::index_sequence<In...>, std::index_sequence<Out...>) {
        const Function& function = *function_;
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            const std::tuple<Outputs...> results = outputs<Result>::of(function(element<Arguments>(at, steps, In, i, dense)...));
            ((element<Outputs>(at, steps, sizeof...(In) + Out, i, dense) = std::get<Out>(results)), ...);
        }
    }

    template <class... Outputs>
    static bool is_dense(const std::ptrdiff_t* steps, std::tuple<Outputs...>*) {
        std::size_t array = 0;
        return ((steps[array++] == sizeof(Arguments)) && ...) && ((steps[array++] == sizeof(Outputs)) && ...);
    }

    static void run(std::ptrdiff_t size, char* const* at, const std::ptrdiff_t* steps) {
        constexpr auto in = std::index_sequence_for<Arguments...>();
        if constexpr (std::is_void_v<Result>) {
            call(size, at, steps, in);
        } else {
            using Outputs = typename outputs<Result>::type;
            constexpr Outputs* none = nullptr;
            constexpr auto out = std::make_index_sequence<std::tuple_size_v<Outputs>>();
            // Told the compiler apart, so that it can do several elements at a time where they lie together.
            if (is_dense(steps, none)) loop(size, at, steps, true, none, in, out);
            else loop(size, at, steps, false, none, in, out);
        }
    }

    template <std::size_t... In>
    static void call(std::ptrdiff_t size, char* const* at, const std::ptrdiff_t* steps, std::index_sequence<In...>) {
        for (std::ptrdiff_t i = 0; i < size; ++i) (*function_)(element<Arguments>(at, steps, In, i, false)...);
    }

    template <class T>
    static std::string kind() {
        if constexpr (::doublet::growing::is_number<T>) return ::doublet::growing::primitive<T>();
        else return "?" + short_name(typeid(T));
    }
    template <class... Outputs>
    static std::string kinds(std::tuple<Outputs...>*) {
        std::string all;
        ((all += "\n" + kind<Outputs>()), ...);
        return all;
    }

public:
    // Where the loop is, and of which types its results are, in NumPy's words.
    static std::string prepared(Function function) {
        function_.emplace(std::move(function));
        const auto address = std::to_string(reinterpret_cast<std::uintptr_t>(&run));
        if constexpr (std::is_void_v<Result>) return address;
        else return address + kinds(static_cast<typename outputs<Result>::type*>(nullptr));
    }
};

template <class... Arguments, class Function>
std::string vectorize(Function function) {
    return vectorized<Function, Arguments...>::prepared(std::move(function));
}

// Runs such a loop over arrays of one shape, each given by where it begins and its strides in bytes.
void run_vectorized(std::uintptr_t inner, const std::vector<std::ptrdiff_t>& shape, const std::vector<std::uintptr_t>& arrays,
                    const std::vector<std::ptrdiff_t>& strides);

}  // namespace doublet::detail

#endif
