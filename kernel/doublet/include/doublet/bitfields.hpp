// Bit-fields in Python: they have no address, by which cppyy reads and writes a field, so functions do it.
#ifndef DOUBLET_BITFIELDS_HPP
#define DOUBLET_BITFIELDS_HPP

#include <type_traits>
#include <utility>

namespace doublet::detail {

// Read by Python through ctypes: the layout is engine/bitfields.py's.
struct Bits {
    long long (*get)(const void* object) = nullptr;
    bool (*set)(void* object, long long value) = nullptr;  // false if the field cannot hold the value
    bool is_bool = false;
    bool is_unsigned = false;
};

// `Field` names a field: whole() can be compiled only if the field has an address, assign() if it is not const.
template <class Field, class T, class = void>
struct is_whole : std::false_type {};
template <class Field, class T>
struct is_whole<Field, T, std::void_t<decltype(Field::whole(std::declval<T&>()))>> : std::true_type {};

template <class Field, class T, class Value, class = void>
struct is_assignable : std::false_type {};
template <class Field, class T, class Value>
struct is_assignable<Field, T, Value, std::void_t<decltype(Field::assign(std::declval<T&>(), std::declval<Value>()))>>
    : std::true_type {};

template <class Field, class T>
long long get_bits(const void* object) {
    return static_cast<long long>(Field::get(*static_cast<const T*>(object)));
}

template <class Field, class T, class Value>
bool set_bits(void* object, long long value) {
    T& owner = *static_cast<T*>(object);
    const Value before = Field::get(owner);
    Field::assign(owner, static_cast<Value>(value));
    if (static_cast<long long>(Field::get(owner)) == value) return true;
    Field::assign(owner, before);
    return false;
}

template <class Field, class T>
Bits bits() {
    Bits found;
    if constexpr (!is_whole<Field, T>::value) {
        using Value = std::decay_t<decltype(Field::get(std::declval<const T&>()))>;
        found.get = get_bits<Field, T>;
        if constexpr (is_assignable<Field, T, Value>::value) found.set = set_bits<Field, T, Value>;
        found.is_bool = std::is_same_v<Value, bool>;
        found.is_unsigned = std::is_unsigned_v<Value>;
    }
    return found;
}

}  // namespace doublet::detail

#endif
