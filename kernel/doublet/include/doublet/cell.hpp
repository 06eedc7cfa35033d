// What the text of a cell calls while it runs: it marks its beginning and end and keeps its value, and what
// the engine reads of it afterwards.
#ifndef DOUBLET_CELL_HPP
#define DOUBLET_CELL_HPP

#include <cxxabi.h>
#include <pthread.h>
#include <unistd.h>

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
    int ended = 0;
    int kind = none;
    std::int64_t integer = 0;
    double real = 0;
    const char* scope = nullptr;
    const char* type = nullptr;
    const void* address = nullptr;
};
inline Outcome outcome;
inline bool checking = false;

struct Escaped {
    std::exception_ptr exception;
    void* frame = nullptr;
    pthread_t thread{};
};
inline Escaped escaped;

// Cling runs a cell as the initialisers of its variables, and catches what leaves them only to print it on
// std::cerr. This stream is tied to std::cerr, so it is flushed inside that handler, where the exception can
// be kept. That it is that handler, and not one of the user's own, shows in the stack: it lies above the cell.
class Witness : public std::streambuf {
    int sync() override {
        std::cout.flush();
        if (outcome.begun && !outcome.ended && pthread_equal(escaped.thread, pthread_self()) &&
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

// The first initialiser of a cell: everything has been compiled. The tag's mangled name tells in which
// namespace Cling has put the cell.
[[gnu::noinline]] inline int begin(const char* tag) {
    if (checking) _exit(0);
    outcome.scope = tag;
    streams::end_compile();
    escaped = {nullptr, __builtin_frame_address(0), pthread_self()};
    outcome.begun = 1;
    return 0;
}

// The last initialiser.
inline int end() {
    outcome.ended = 1;
    return 0;
}

struct Nothing {};

template <class T>
decltype(auto) value(T (*evaluate)()) {
    if constexpr (std::is_void_v<T>) {
        evaluate();
        return Nothing{};
    } else {
        return evaluate();
    }
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

template <class T>
int keep(const T& value) {
    outcome.type = typeid(T).name();
    if constexpr (std::is_function_v<T>) outcome.address = reinterpret_cast<const void*>(&value);
    else outcome.address = const_cast<const void*>(static_cast<const volatile void*>(std::addressof(value)));
    if constexpr (std::is_same_v<T, Nothing>) {
        outcome.kind = none;
    } else if constexpr (std::is_same_v<T, bool>) {
        outcome.kind = boolean;
        outcome.integer = value;
    } else if constexpr (std::is_same_v<T, char>) {
        outcome.kind = character;
        outcome.integer = static_cast<unsigned char>(value);
    } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, float>) {
        outcome.kind = real;
        outcome.real = value;
    } else if constexpr (std::is_enum_v<T>) {
        outcome.kind = enumerator;
        outcome.integer = static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<T, char*> || std::is_same_v<T, const char*>) {
        outcome.kind = text;
        outcome.integer = reinterpret_cast<std::intptr_t>(value);
    } else if constexpr (std::is_function_v<T>) {
        outcome.kind = foreign;
    } else if constexpr (std::is_integral_v<T> && sizeof(T) <= sizeof(std::int64_t)) {
        outcome.kind = std::is_signed_v<T> ? integer : natural;
        outcome.integer = static_cast<std::int64_t>(value);
    } else {
        outcome.kind = is_foreign<T>() ? foreign : object;
    }
    return 0;
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

// Compiles a text in a forked process, which ends with 0 where the text would begin to run; returns its id.
// The child must never touch Python, whose other threads it does not have.
inline int check(const char* text) {
    const pid_t child = fork();
    if (child == 0) {
        for (int number : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE}) std::signal(number, SIG_DFL);
        checking = true;
        gInterpreter->ProcessLine(text);
        _exit(1);
    }
    return child;
}

// Before a cell is compiled.
inline void prepare() {
    outcome = Outcome{};
    escaped = Escaped{};
}

inline void describe_escaped(void (*tell)(const char*, const char*)) {
    std::cerr.clear();
    describe(std::exchange(escaped.exception, nullptr), tell);
}

inline void addresses(void** into) {
    watch();
    into[0] = &outcome;
    into[1] = reinterpret_cast<void*>(prepare);
    into[2] = reinterpret_cast<void*>(describe_escaped);
    into[3] = reinterpret_cast<void*>(check);
}

}  // namespace doublet::detail

#endif
