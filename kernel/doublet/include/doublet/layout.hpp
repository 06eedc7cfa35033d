// Where the fields of a class are, and of which types, for NumPy's structured arrays.
#ifndef DOUBLET_LAYOUT_HPP
#define DOUBLET_LAYOUT_HPP

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "doublet/bitfields.hpp"
#include "doublet/text.hpp"

namespace doublet::detail {

constexpr std::size_t most_dimensions = 8;

// Read by Python through ctypes: the layout is engine/records.py's.
struct Place {
    std::size_t offset = 0;
    std::size_t size = 0;  // of an element, where the field is an array
    char kind = '?';       // as NumPy says: b, i, u, f, c or S, V for a class, ? for what it cannot show
    std::size_t rank = 0;
    std::size_t extents[most_dimensions] = {};
    const char* type = nullptr;  // its full name
};

template <class T>
void tell_type(Place& place) {
    static const std::string name = full_name(typeid(T));
    place.type = name.c_str();
    place.size = sizeof(T);
    if constexpr (std::is_same_v<T, bool>) place.kind = 'b';
    else if constexpr (std::is_same_v<T, char>) place.kind = 'S';
    else if constexpr (std::is_enum_v<T>) place.kind = std::is_signed_v<std::underlying_type_t<T>> ? 'i' : 'u';
    else if constexpr (std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>) place.kind = 'c';
    else if constexpr (std::is_floating_point_v<T>) place.kind = 'f';
    else if constexpr (std::is_integral_v<T>) place.kind = std::is_signed_v<T> ? 'i' : 'u';
    else if constexpr (std::is_class_v<T> && std::is_trivially_copyable_v<T>) place.kind = 'V';
}

template <class T>
struct Dimensions {
    using element = std::remove_cv_t<T>;
    static void tell(Place&) {}
};
template <class T, std::size_t Size>
struct Dimensions<T[Size]> {
    using element = typename Dimensions<std::remove_cv_t<T>>::element;
    static void tell(Place& place) {
        if (place.rank < most_dimensions) place.extents[place.rank] = Size;
        ++place.rank;
        Dimensions<std::remove_cv_t<T>>::tell(place);
    }
};
template <class T, std::size_t Size>
struct Dimensions<std::array<T, Size>> : Dimensions<T[Size]> {};

// `Field` names a field, see bitfields.hpp. Of what has no address, nothing is known.
template <class Field, class T>
Place place_of() {
    Place place;
    if constexpr (is_whole<Field, T>::value) {
        using Pointer = decltype(Field::whole(std::declval<T&>()));
        using Kind = std::remove_cv_t<std::remove_pointer_t<Pointer>>;
        // No object is there: only its address is computed with.
        alignas(T) static char somewhere[sizeof(T)];
        T& object = reinterpret_cast<T&>(somewhere);
        place.offset = reinterpret_cast<const volatile char*>(Field::address(object)) - somewhere;
        Dimensions<Kind>::tell(place);
        tell_type<typename Dimensions<Kind>::element>(place);
    }
    return place;
}

}  // namespace doublet::detail

#endif
