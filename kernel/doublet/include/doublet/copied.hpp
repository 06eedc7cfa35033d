// Copies of Python's values: C++ reads what ``bridge/shapes.py`` has written, number by number.
//
// A number is its bytes; an array its address, its extents and, if it is a view, its strides, each as eight bytes; text and containers are their size as eight bytes, then what they hold; an optional is a byte that
// says whether it holds something, then that. There is no padding.
#ifndef DOUBLET_COPIED_HPP
#define DOUBLET_COPIED_HPP

#include <array>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>
#if __cplusplus >= 202002L
#include <span>
#endif

#include "view.hpp"

namespace doublet {

// A Python dict: a constant std::map that is read by [], too.
template <class Key, class Value>
struct dict : std::map<Key, Value> {
    using std::map<Key, Value>::map;

    // The value of a key; throws std::out_of_range, which says the key if that is text.
    const Value& operator[](const Key& key) const {
        const auto found = this->find(key);
        if (found != this->end()) return found->second;
        if constexpr (std::is_convertible_v<const Key&, std::string_view>)
            throw std::out_of_range("the dict has no key '" + std::string(key) + "'");
        else
            throw std::out_of_range("the dict has no such key");
    }
};

// Python's None: an empty std::optional, or a null pointer, whichever is wanted.
struct none : std::nullopt_t {
    constexpr none() : std::nullopt_t(std::nullopt) {}
    constexpr operator std::nullptr_t() const { return nullptr; }
    template <class T>
    operator std::shared_ptr<T>() const { return nullptr; }
    template <class T, class D>
    operator std::unique_ptr<T, D>() const { return nullptr; }
    friend constexpr bool operator==(none, none) { return true; }
};

namespace copied {

// What Python keeps of a copy: the object, and how to destroy it; empty until C++ has made it.
struct Slot {
    void* object = nullptr;
    void (*destroy)(void*) = nullptr;
};

template <class T>
struct Reader;

template <class T>
T read(const char*& at) {
    return Reader<T>::read(at);
}

template <class T>
T raw(const char*& at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
}

template <class T, class... Fields>
T composed(const char*& at, const std::tuple<Fields...>*) {
    return T{read<Fields>(at)...};  // in braces, so from left to right
}

// Numbers, enumerators, and structs made for Python's classes, which name the types of their fields.
template <class T>
struct Reader {
    static T read(const char*& at) {
        if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) return raw<T>(at);
        else return composed<T>(at, static_cast<const typename T::doublet_fields*>(nullptr));
    }
};
template <class T>
struct Reader<std::complex<T>> {
    static std::complex<T> read(const char*& at) {
        const T real = raw<T>(at);
        return {real, raw<T>(at)};
    }
};
template <>
struct Reader<none> {
    static none read(const char*&) { return {}; }
};
template <>
struct Reader<std::string> {
    static std::string read(const char*& at) {
        const auto size = raw<std::uint64_t>(at);
        std::string text(at, size);
        at += size;
        return text;
    }
};
template <>
struct Reader<std::filesystem::path> {
    static std::filesystem::path read(const char*& at) { return copied::read<std::string>(at); }
};
template <class Rep, class Period>
struct Reader<std::chrono::duration<Rep, Period>> {
    static std::chrono::duration<Rep, Period> read(const char*& at) { return std::chrono::duration<Rep, Period>(raw<Rep>(at)); }
};
template <class Clock, class Duration>
struct Reader<std::chrono::time_point<Clock, Duration>> {
    static std::chrono::time_point<Clock, Duration> read(const char*& at) {
        return std::chrono::time_point<Clock, Duration>(copied::read<Duration>(at));
    }
};
template <class T>
struct Reader<std::optional<T>> {
    static std::optional<T> read(const char*& at) {
        if (!raw<bool>(at)) return std::nullopt;
        return copied::read<T>(at);
    }
};
template <class... T>
struct Reader<std::tuple<T...>> {
    static std::tuple<T...> read(const char*& at) { return std::tuple<T...>{copied::read<T>(at)...}; }
};
template <class T>
struct Reader<std::vector<T>> {
    static std::vector<T> read(const char*& at) {
        std::vector<T> values;
        auto size = raw<std::uint64_t>(at);
        values.reserve(size);
        for (; size > 0; --size) values.push_back(copied::read<T>(at));
        return values;
    }
};
template <class T>
struct Reader<std::set<T>> {
    static std::set<T> read(const char*& at) {
        std::set<T> values;
        for (auto size = raw<std::uint64_t>(at); size > 0; --size) values.insert(copied::read<T>(at));
        return values;
    }
};
template <class Key, class Value>
struct Reader<dict<Key, Value>> {
    static dict<Key, Value> read(const char*& at) {
        dict<Key, Value> values;
        for (auto size = raw<std::uint64_t>(at); size > 0; --size) {
            Key key = copied::read<Key>(at);
            values.insert_or_assign(std::move(key), copied::read<Value>(at));
        }
        return values;
    }
};

template <class T, std::size_t Rank>
struct Reader<view<T, Rank>> {
    static view<T, Rank> read(const char*& at) {
        auto* data = reinterpret_cast<T*>(raw<std::uintptr_t>(at));
        std::array<std::ptrdiff_t, Rank> extents, strides;
        for (auto& extent : extents) extent = raw<std::int64_t>(at);
        for (auto& stride : strides) stride = raw<std::int64_t>(at);
        return {data, extents, strides};
    }
};
#if __cplusplus >= 202002L
template <class T>
struct Reader<std::span<T>> {
    static std::span<T> read(const char*& at) {
        auto* data = reinterpret_cast<T*>(raw<std::uintptr_t>(at));
        return {data, static_cast<std::size_t>(raw<std::int64_t>(at))};
    }
};
#endif

// Makes the object that is written behind a slot, which owns it.
template <class T>
const T& made(std::uintptr_t place) {
    auto* slot = reinterpret_cast<Slot*>(place);
    const char* at = reinterpret_cast<const char*>(slot + 1);
    if (slot->object == nullptr) {
        slot->object = new T(read<T>(at));
        slot->destroy = [](void* object) { delete static_cast<T*>(object); };
    }
    return *static_cast<const T*>(slot->object);
}

// Where that is.
template <class T>
std::uintptr_t place_of(std::uintptr_t place) {
    return reinterpret_cast<std::uintptr_t>(&made<T>(place));
}

}  // namespace copied
}  // namespace doublet

#endif
