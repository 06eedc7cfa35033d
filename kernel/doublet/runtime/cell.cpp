// Compiles and runs cells, and keeps what they come to until Python reads it.
#include "cell.hpp"

#include <cxxabi.h>
#include <pthread.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <streambuf>
#include <string>
#include <utility>

#include <TInterpreter.h>

#include "alone.hpp"
#include "aside.hpp"
#include "doublet/streams.hpp"
#include "elements.hpp"
#include "guard.hpp"
#include "input.hpp"
#include "interrupts.hpp"
#include "memory.hpp"
#include "threads.hpp"

namespace doublet::detail {

Outcome outcome;
bool only_compiling = false;

namespace {

struct OnlyCompiling {};

std::chrono::steady_clock::time_point begun_at;

struct Escaped {
    std::exception_ptr exception;
    void* frame = nullptr;
    pthread_t thread{};
    bool possible = false;
};
Escaped escaped;
std::exception_ptr thrown;

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
void watch() {
    static auto* stream = new std::ostream(new Witness);
    std::cerr.tie(stream);
}

bool is_users = false;  // whether what is compiled next is a cell

// What comes after this is the cell's own doing, no longer the compiler's.
void start() {
    outcome.begun = 1;
    end_compiling();
    end_alone();
    streams::end_compile();
    input::begin();
    begun_at = std::chrono::steady_clock::now();
    if (is_users) begin_interruptible();
}

}  // namespace

// Prepares a process that has just been forked.
void only_compile() {
    for (int number : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTERM}) std::signal(number, SIG_DFL);
    only_compiling = true;
    std::cerr.tie(nullptr);
}

// Where a process that only compiles ends a text that runs as initialisers.
void stop_if_only_compiling() {
    if (!only_compiling) return;
    outcome.begun = 1;
    throw OnlyCompiling();
}

// The first initialiser of a cell that runs as initialisers: everything has been compiled.
[[gnu::noinline]] int begin() {
    stop_if_only_compiling();
    start();
    escaped = {nullptr, __builtin_frame_address(0), pthread_self(), true};
    return 0;
}

int reached(int done) {
    outcome.reached = done;
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_at).count();
    return done;
}

// Tells a class's mangled name, which holds the namespace that Cling has put it in.
int tell(const char* scope) {
    outcome.scope = scope;
    return 0;
}

namespace {

int keep_integer(std::int64_t value) {
    outcome.kind = integer, outcome.integer = value;
    return 0;
}
int keep_natural(std::uint64_t value) {
    outcome.kind = natural, outcome.integer = static_cast<std::int64_t>(value);
    return 0;
}

}  // namespace

int keep(bool value) {
    outcome.kind = boolean, outcome.integer = value;
    return 0;
}
int keep(char value) { return keep(char32_t{static_cast<unsigned char>(value)}); }
int keep(char32_t value) {
    outcome.kind = value < 0x110000 ? character : natural, outcome.integer = static_cast<std::int64_t>(value);
    return 0;
}
int keep(double value) {
    outcome.kind = real, outcome.real = value;
    return 0;
}
int keep(int value) { return keep_integer(value); }
int keep(long value) { return keep_integer(value); }
int keep(long long value) { return keep_integer(value); }
int keep(unsigned value) { return keep_natural(value); }
int keep(unsigned long value) { return keep_natural(value); }
int keep(unsigned long long value) { return keep_natural(value); }
int keep(float value) {
    outcome.kind = single, outcome.real = value;
    return 0;
}
int keep(long double value) { return keep(static_cast<double>(value)); }

std::string demangled(const char* name) {
    int status = 0;
    char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    std::string result = status == 0 ? text : name;
    std::free(text);
    return result;
}

// Tells the type and what() of the exception and of those nested in it, one after the other.
void describe(std::exception_ptr exception, void (*tell)(const char* type, const char* what)) {
    while (exception) {
        std::exception_ptr inner;
        try {
            std::rethrow_exception(exception);
        } catch (const std::exception& error) {
            // throw_with_nested throws a type of the library's own that derives from what the user named
            auto name = demangled(abi::__cxa_current_exception_type()->name());
            const std::string wrapper = "std::_Nested_exception<";
            if (name.rfind(wrapper, 0) == 0) name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
            const char* what = error.what();
            tell(name.c_str(), what ? what : "");
            if (auto* nested = dynamic_cast<const std::nested_exception*>(&error)) inner = nested->nested_ptr();
        } catch (const std::string& text) {
            tell("std::string", text.c_str());
        } catch (std::nullptr_t) {  // else it would be a text
            tell("std::nullptr_t", "nullptr");
        } catch (const char* text) {
            tell("const char*", text ? text : "nullptr");
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

namespace {

struct Compilation {
    std::string text;
    std::string entry;
    int error = 0;
    void (*run)() = nullptr;
};

// In a frame of its own, below which all may be set aside.
[[gnu::noinline]] void compile(Compilation& cell) noexcept {
    if (is_users) {
        begin_compiling(__builtin_frame_address(0));
        ask_again();
    }
    gInterpreter->ProcessLine(cell.text.c_str(), &cell.error);
    if (cell.error == 0 && !cell.entry.empty()) cell.run = reinterpret_cast<void (*)()>(gInterpreter->FindSym(cell.entry.c_str()));
    end_compiling();
}

std::unique_ptr<Compilation> unfinished;

enum class Status : int { set_aside = -2, ended = -1, refused = 0, done = 1 };

// Compiles a text and runs it, by calling `entry` unless that is empty. A crash or an interrupt ends it only where a cell of
// the user's has begun to run; while that is compiled, an interrupt sets it aside. Python's other threads run only beside a cell.
Status transact(const char* text, const char* entry, bool is_cell) {
    std::optional<Alone> alone;
    if (is_cell) alone.emplace();
    watch_all();
    is_users = is_cell;
    outcome = Outcome{};
    const Escaped outer = std::exchange(escaped, Escaped{});  // a cell may call Python, which may run another
    auto cell = std::make_unique<Compilation>(Compilation{text, entry});
    const bool came_back = guarded([&] { compile(*cell); });
    if (outcome.begun) {
        lift_memory();
        look_at_elements(0);
    }
    thrown = std::exchange(escaped, outer).exception;
    if (!came_back) {
        if (!is_set_aside()) return Status::ended;
        unfinished = std::move(cell);
        return Status::set_aside;
    }
    if (cell->error != 0 || !*entry) return !thrown && take_failure(last_crash) ? Status::ended : cell->error == 0 ? Status::done : Status::refused;
    if (!cell->run) return Status::refused;
    const bool came_to_end = guarded([&] {
        start();
        try {
            cell->run();
        } catch (abi::__forced_unwind&) {
            throw;
        } catch (...) {
            thrown = std::current_exception();
        }
    });
    lift_memory();
    look_at_elements(0);
    if (came_to_end && !thrown && take_failure(last_crash)) return Status::ended;
    return came_to_end ? Status::done : Status::ended;
}

// Goes on with what was set aside, up to where it would begin to run.
Status go_on_compiling() {
    const Alone alone;
    watch_all();
    outcome = Outcome{};
    if (!continued()) return is_set_aside() ? Status::set_aside : Status::ended;
    const auto cell = std::move(unfinished);
    outcome.begun = cell->error == 0;
    return outcome.begun ? Status::done : Status::refused;
}

}  // namespace

// What the cell has thrown.
std::exception_ptr take_escaped() {
    std::cerr.clear();
    return std::exchange(thrown, nullptr);
}

}  // namespace doublet::detail

// In the order that Python expects.
extern "C" void doublet_cells(void** into) {
    using namespace doublet::detail;
    watch();
    into[0] = &outcome;
    into[1] = reinterpret_cast<void*>(transact);
    into[2] = reinterpret_cast<void*>(go_on_compiling);
}
