// Compiling from within a running cell, for what shows values.
#ifndef DOUBLET_RUNTIME_DISPLAY_HPP
#define DOUBLET_RUNTIME_DISPLAY_HPP

#include <mutex>
#include <string>

namespace doublet::detail {

// Held while what is known of types, or what waits to be shown, is looked at.
class Guard {
public:
    Guard();

private:
    std::lock_guard<std::mutex> lock_;
};

bool can_compile();
void compile(const std::string& text);
void forget_fields();

}  // namespace doublet::detail

#endif
