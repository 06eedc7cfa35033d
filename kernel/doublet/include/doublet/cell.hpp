// What the text of a cell calls while it runs: it marks how far it has come and keeps its value.
#ifndef DOUBLET_CELL_HPP
#define DOUBLET_CELL_HPP

#include <cstdint>
#include <exception>
#include <memory>
#include <ostream>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <vector>

namespace doublet::detail {

// `foreign` is what Python has no counterpart of, or what cppyy would misread.
enum Kind : int { none, boolean, character, integer, natural, real, object, enumerator, text, foreign, single };

// Read by Python through ctypes: the layout is engine/outcome.py's.
struct Outcome {
    int begun = 0;
    int reached = 0;  // how many pieces of the cell are done before the next one that runs code
    int kind = none;
    std::int64_t integer = 0;
    double real = 0;
    void* object = nullptr;
    const char* scope = nullptr;
    double seconds = 0;  // from the cell's own first code to the last reached()
    const char* type = nullptr;
};
extern Outcome outcome;

int begin();
int reached(int done);
int tell(const char* scope);

// Of this type there are no objects, not even from `{}`: nobody calls a function that takes one.
class Hidden {
    Hidden(Hidden*, int);
};

// Never defined: that it would be needed is how the compiler tells the type of an expression, see engine/asking.py.
template <class T, int number>
struct Revealed;

// A constant that a cell defines again: what it refers to is a variable.
template <class T>
T& writable(const T& constant) {
    return const_cast<T&>(constant);
}

std::string demangled(const char* name);
void describe(std::exception_ptr exception, void (*tell)(const char* type, const char* what));

template <class T, class = void>
struct is_incomplete : std::true_type {};
template <class T>
struct is_incomplete<T, std::enable_if_t<sizeof(T) != 0>> : std::false_type {};

// Whether cppyy cannot make a Python object of a type: it names the type, so the type must have a name that
// reaches it, unlike a lambda or a class inside a function.
template <class T>
bool is_foreign() {
    if constexpr (std::is_pointer_v<T>) {
        using Target = std::remove_pointer_t<T>;
        if constexpr (std::is_function_v<Target> || std::is_pointer_v<Target> || std::is_array_v<Target>) return true;
        else if constexpr (!std::is_class_v<Target>) return false;
        else if constexpr (is_incomplete<Target>::value) return true;
        else return is_foreign<Target>();
    } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
        const std::string name = demangled(typeid(T).name());
        return name.find_first_of("{'$") != name.npos || name.find(")::") != name.npos;
    } else {
        return !std::is_arithmetic_v<T>;
    }
}

// Numbers, by all types that others are not promoted to, and characters by their code.
int keep(bool value);
int keep(char value);
int keep(char32_t value);
inline int keep(char16_t value) { return keep(char32_t{value}); }
inline int keep(wchar_t value) { return keep(static_cast<char32_t>(value)); }
#ifdef __cpp_char8_t
inline int keep(char8_t value) { return keep(static_cast<char>(value)); }
#endif
int keep(int value);
int keep(unsigned value);
int keep(long value);
int keep(unsigned long value);
int keep(long long value);
int keep(unsigned long long value);
int keep(float value);
int keep(double value);
int keep(long double value);

// Whether what Python has of a value of this type is constant: of a pointer that is what it points to.
template <class T>
inline constexpr bool is_constant = std::is_const_v<T>;
template <class T>
inline constexpr bool is_constant<T*> = std::is_const_v<T>;
template <class T>
inline constexpr bool is_constant<T* const> = std::is_const_v<T>;
template <class T>
inline constexpr bool is_constant<std::shared_ptr<T>> = std::is_const_v<T>;
template <class T>
inline constexpr bool is_constant<const std::shared_ptr<T>> = std::is_const_v<T>;
template <class T, class Deleter>
inline constexpr bool is_constant<std::unique_ptr<T, Deleter>> = std::is_const_v<T>;
template <class T, class Deleter>
inline constexpr bool is_constant<const std::unique_ptr<T, Deleter>> = std::is_const_v<T>;

template <class T>
void keep_object(T& value) {
    using Value = std::remove_cv_t<T>;
    outcome.type = typeid(Value).name();
    if constexpr (std::is_function_v<T>) {
        outcome.object = reinterpret_cast<void*>(&value);
        outcome.kind = foreign;
    } else {
        outcome.object = const_cast<void*>(static_cast<const volatile void*>(std::addressof(value)));
        outcome.kind = is_foreign<Value>() ? foreign : object;
    }
    if constexpr (std::is_array_v<Value> || std::is_class_v<Value> || std::is_class_v<std::remove_cv_t<std::remove_pointer_t<Value>>>) {
        outcome.integer = is_constant<T>;
    } else if constexpr (std::is_enum_v<Value>) {
        outcome.kind = enumerator;
        outcome.integer = static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<Value, char*> || std::is_same_v<Value, const char*>) {
        outcome.kind = text;
        outcome.integer = reinterpret_cast<std::intptr_t>(value);
    }
}

// Whether what an expression stands for is not a temporary object.
template <class T>
inline constexpr bool lives = std::is_lvalue_reference_v<T> || !std::is_class_v<std::remove_reference_t<T>>;

// Whether a type is of expressions of Eigen's, which refer to the temporary objects that they are made of.
template <class T, class = void>
struct is_expression : std::false_type {};
template <class T>
struct is_expression<T, std::void_t<typename T::PlainObject, decltype(std::declval<const T&>().eval())>>
    : std::bool_constant<!std::is_same_v<T, typename T::PlainObject>> {};

// `Kept<lives>(), expression` is the expression, but by value where it is a number or part of a temporary object,
// which dies with the expression.
template <bool Lives>
struct Kept {
    template <class T>
    static constexpr bool is_number = std::is_arithmetic_v<T> || std::is_enum_v<T>;
    template <class T>
    static constexpr bool copies = !Lives && std::is_copy_constructible_v<T>;

    // Not by T&, which does not bind to a bit-field.
    template <class T, std::enable_if_t<is_number<T>, int> = 0>
    friend constexpr std::remove_cv_t<T> operator,(Kept, const T& value) {
        return value;
    }
    template <class T, std::enable_if_t<!is_number<T> && (Lives || !std::is_array_v<T>), int> = 0>
    friend constexpr std::conditional_t<copies<T>, T, T&> operator,(Kept, T& value) {
        return value;
    }
    // No function returns an array by value, so the copy is kept.
    template <class T, class Array = std::remove_reference_t<T>,
              std::enable_if_t<std::is_array_v<Array> && !(Lives && std::is_lvalue_reference_v<T>), int> = 0>
    friend Array& operator,(Kept, T&& value) {
        struct Held {
            Array elements;
        };
        return (new Held(reinterpret_cast<const Held&>(value)))->elements;
    }
    template <class T, std::enable_if_t<!Lives && is_expression<T>::value, int> = 0>
    friend typename T::PlainObject operator,(Kept, T&& value) {
        return value.eval();
    }
    template <class T, class = std::enable_if_t<!is_number<T> && !std::is_lvalue_reference_v<T> && std::is_move_constructible_v<T> && (Lives || !is_expression<T>::value)>>
    friend constexpr T operator,(Kept, T&& value) {
        return static_cast<T&&>(value);
    }
};

// Evaluates a cell's value and keeps it: a number as such, of an object the address. One that is returned by
// value lives as long as the process, for Python may hold it.
template <class T>
void finish(T (*evaluate)()) {
    using Value = std::remove_cv_t<std::remove_reference_t<T>>;
    if constexpr (std::is_void_v<T> || std::is_same_v<T, std::ostream&> || std::is_same_v<T, std::wostream&>) {
        evaluate();  // of `std::cout << x` what it has written is what was meant
    } else if constexpr (std::is_same_v<Value, std::vector<bool>::reference>) {
        keep(static_cast<bool>(evaluate()));
    } else if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, long double>) {
        keep(evaluate());
    } else if constexpr (std::is_reference_v<T>) {
        auto&& value = evaluate();
        keep_object(value);
    } else {
        keep_object(*new T(evaluate()));
    }
}

}  // namespace doublet::detail

#endif
