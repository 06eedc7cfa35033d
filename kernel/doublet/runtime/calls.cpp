#include "calls.hpp"

#include <unwind.h>

namespace doublet::detail {

namespace {

struct Walk {
    const void* end;
    std::uintptr_t from;
    std::uintptr_t* into;
    std::size_t room, size;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* of) {
    auto& walk = *static_cast<Walk*>(of);
    const auto counter = static_cast<std::uintptr_t>(_Unwind_GetIP(context));
    if (walk.from && counter != walk.from) return _URC_NO_REASON;  // of the handler, on a stack of its own
    walk.from = 0;
    if (reinterpret_cast<void*>(_Unwind_GetCFA(context)) > walk.end || walk.size == walk.room) return _URC_END_OF_STACK;
    walk.into[walk.size++] = counter;
    return _URC_NO_REASON;
}

}  // namespace

std::size_t calls(const void* end, std::uintptr_t from, const void* stack, std::uintptr_t* into, std::size_t room) {
    Walk walk{end, from, into, room, 0};
    _Unwind_Backtrace(visit, &walk);
    if (walk.size == 0 && stack) into[walk.size++] = *static_cast<const std::uintptr_t*>(stack);  // no code: a bad pointer was called
    return walk.size;
}

}  // namespace doublet::detail
