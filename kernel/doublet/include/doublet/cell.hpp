// What the text of a cell calls while it runs: it marks its beginning and end and keeps its value, and what
// the engine reads of it afterwards.
#ifndef DOUBLET_CELL_HPP
#define DOUBLET_CELL_HPP

#include <cxxabi.h>
#include <pthread.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <streambuf>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include <TInterpreter.h>

#include "doublet/streams.hpp"

namespace doublet::detail {

// `foreign` is what Python has no counterpart of, or what cppyy would misread.
enum Kind : int { none, boolean, character, integer, natural, real, object, enumerator, text, foreign };

// Read by Python through ctypes: the layout is engine/interpreter.py's _Outcome.
struct Outcome {
    int begun = 0;
    int reached = 0;  // how many pieces of the cell are done before the next one that runs code
    int kind = none;
    std::int64_t integer = 0;
    double real = 0;
    void* object = nullptr;
    const char* scope = nullptr;
    double seconds = 0;  // from begin() to the last reached()
    const char* type = nullptr;
};
inline Outcome outcome;
inline std::chrono::steady_clock::time_point begun_at;

// Of this type there are no objects, not even from `{}`: nobody calls a function that takes one.
class Hidden {
    Hidden(Hidden*, int);
};

// In the trial's process: what would run is left out.
inline bool only_compiling = false;
struct OnlyCompiling {};

struct Escaped {
    std::exception_ptr exception;
    void* frame = nullptr;
    pthread_t thread{};
    bool possible = false;
};
inline Escaped escaped;

// Cling runs a cell as the initialisers of its variables, and catches what leaves them only to print it on
// std::cerr. This stream is tied to std::cerr, so it is flushed inside that handler, where the exception can
// be kept. That it is that handler, and not one of the user's own, shows in the stack: it lies above the cell.
class Witness : public std::streambuf {
    int sync() override {
        std::cout.flush();
        if (escaped.possible && pthread_equal(escaped.thread, pthread_self()) &&
            __builtin_frame_address(0) > escaped.frame)
            if (auto exception = std::current_exception()) {
                escaped.exception = exception;
                std::cerr.setstate(std::ios::failbit);  // the engine reports it; Cling's line is not shown
            }
        return 0;
    }
};

// Always kept: Python runs without it being destroyed.
inline void watch() {
    static auto* stream = new std::ostream(new Witness);
    std::cerr.tie(stream);
}

// The functions that cells call are not inline: Cling would compile an inline one again for every cell.

// What comes after this is the cell's own doing, no longer the compiler's.
void start() {
    outcome.begun = 1;
    streams::end_compile();
    begun_at = std::chrono::steady_clock::now();
}

// The first initialiser of a cell that runs as initialisers: everything has been compiled.
[[gnu::noinline]] int begin() {
    outcome.begun = 1;
    if (only_compiling) throw OnlyCompiling();
    start();
    escaped = {nullptr, __builtin_frame_address(0), pthread_self(), true};
    return 0;
}

int reached(int done) {
    outcome.reached = done;
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_at).count();
    return done;
}

inline std::string demangled(const char* name) {
    int status = 0;
    char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    std::string result = status == 0 ? text : name;
    std::free(text);
    return result;
}

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
        else if constexpr (std::is_class_v<Target>) return is_incomplete<Target>::value || is_foreign<Target>();
        else return false;
    } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
        const std::string name = demangled(typeid(T).name());
        return name.find_first_of("{'$") != name.npos || name.find(")::") != name.npos;
    } else {
        return !std::is_arithmetic_v<T>;
    }
}

void keep(bool value) { outcome.kind = boolean, outcome.integer = value; }
void keep(char value) { outcome.kind = character, outcome.integer = static_cast<unsigned char>(value); }
void keep(std::int64_t value) { outcome.kind = integer, outcome.integer = value; }
void keep(std::uint64_t value) { outcome.kind = natural, outcome.integer = static_cast<std::int64_t>(value); }
void keep(double value) { outcome.kind = real, outcome.real = value; }

template <class T>
void keep_object(T& value) {
    using Value = std::remove_cv_t<T>;
    outcome.type = typeid(Value).name();
    if constexpr (std::is_function_v<T>) {
        outcome.object = reinterpret_cast<void*>(&value);
        outcome.kind = foreign;
        return;
    } else {
        outcome.object = const_cast<void*>(static_cast<const volatile void*>(std::addressof(value)));
    }
    if constexpr (std::is_enum_v<Value>) {
        outcome.kind = enumerator;
        outcome.integer = static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<Value, char*> || std::is_same_v<Value, const char*>) {
        outcome.kind = text;
        outcome.integer = reinterpret_cast<std::intptr_t>(value);
    } else if constexpr (!std::is_function_v<T>) {
        outcome.kind = is_foreign<Value>() ? foreign : object;
    }
}

// Whether what an expression stands for is not a temporary object.
template <class T>
inline constexpr bool lives = std::is_lvalue_reference_v<T> || !std::is_class_v<std::remove_reference_t<T>>;

// `Kept<lives>(), expression` is the expression, but by value where it is a number or part of a temporary object,
// which dies with the expression.
template <bool Lives>
struct Kept {
    template <class T>
    static constexpr bool copies = std::is_arithmetic_v<T> || std::is_enum_v<T> || (!Lives && std::is_copy_constructible_v<T>);

    template <class T>
    friend constexpr std::conditional_t<copies<T>, T, T&> operator,(Kept, T& value) {
        return value;
    }
    template <class T, class = std::enable_if_t<!std::is_lvalue_reference_v<T> && std::is_move_constructible_v<T>>>
    friend constexpr T operator,(Kept, T&& value) {
        return static_cast<T&&>(value);
    }
};

// Evaluates a cell's value and keeps it: a number as such, of an object the address. One that is returned by
// value lives as long as the process, for Python may hold it.
template <class T>
void finish(T (*evaluate)()) {
    using Value = std::remove_cv_t<std::remove_reference_t<T>>;
    if constexpr (std::is_void_v<T>) {
        evaluate();
    } else if constexpr (std::is_same_v<Value, bool> || std::is_same_v<Value, char>) {
        keep(static_cast<Value>(evaluate()));
    } else if constexpr (std::is_same_v<Value, double> || std::is_same_v<Value, float>) {
        keep(static_cast<double>(evaluate()));
    } else if constexpr (std::is_function_v<Value>) {
        keep_object(evaluate());
    } else if constexpr (std::is_integral_v<Value> && sizeof(Value) <= sizeof(std::int64_t)) {
        keep(static_cast<std::conditional_t<std::is_signed_v<Value>, std::int64_t, std::uint64_t>>(evaluate()));
    } else if constexpr (std::is_reference_v<T>) {
        auto&& value = evaluate();
        keep_object(value);
    } else {
        keep_object(*new T(evaluate()));
    }
}

// Tells the type and what() of the exception and of those nested in it, one after the other.
inline void describe(std::exception_ptr exception, void (*tell)(const char* type, const char* what)) {
    while (exception) {
        std::exception_ptr inner;
        try {
            std::rethrow_exception(exception);
        } catch (const std::exception& error) {
            // throw_with_nested throws a type of the library's own that derives from what the user named
            auto name = demangled(abi::__cxa_current_exception_type()->name());
            const std::string wrapper = "std::_Nested_exception<";
            if (name.rfind(wrapper, 0) == 0) name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
            tell(name.c_str(), error.what());
            if (auto* nested = dynamic_cast<const std::nested_exception*>(&error)) inner = nested->nested_ptr();
        } catch (const std::string& text) {
            tell("std::string", text.c_str());
        } catch (const char* text) {
            tell("const char*", text);
        } catch (int number) {
            tell("int", std::to_string(number).c_str());
        } catch (double number) {
            tell("double", std::to_string(number).c_str());
        } catch (...) {
            auto* type = abi::__cxa_current_exception_type();
            tell(type ? demangled(type->name()).c_str() : "unknown", "");
        }
        exception = inner;
    }
}

// Compiles a cell and runs it, by calling `entry` unless that is empty; returns whether it compiles.
int transact(const char* text, const char* entry) {
    outcome = Outcome{};
    escaped = Escaped{};
    int error = 0;
    gInterpreter->ProcessLine(text, &error);
    escaped.possible = false;
    if (error != 0 || !*entry) return error == 0;
    auto* run = reinterpret_cast<void (*)()>(gInterpreter->FindSym(entry));
    if (!run) return 0;
    start();
    try {
        run();
    } catch (abi::__forced_unwind&) {
        throw;
    } catch (...) {
        escaped.exception = std::current_exception();
    }
    return 1;
}

// Tells a class's mangled name, which holds the namespace that Cling has put it in.
int tell(const char* scope) {
    outcome.scope = scope;
    return 0;
}

inline void describe_escaped(void (*tell)(const char*, const char*)) {
    std::cerr.clear();
    describe(std::exchange(escaped.exception, nullptr), tell);
}

}  // namespace doublet::detail

#endif
