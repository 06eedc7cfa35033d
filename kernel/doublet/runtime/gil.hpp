// Python's lock, on whatever thread.
#ifndef DOUBLET_RUNTIME_GIL_HPP
#define DOUBLET_RUNTIME_GIL_HPP

#include <dlfcn.h>

namespace doublet::detail {

// PyGILState_STATE is an enum of Python's header.
class Gil {
public:
    Gil() : state_(ensure()) {}
    ~Gil() { release(state_); }
    Gil(const Gil&) = delete;
    Gil& operator=(const Gil&) = delete;

private:
    static int ensure() { return reinterpret_cast<int (*)()>(entry("PyGILState_Ensure"))(); }
    static void release(int state) { reinterpret_cast<void (*)(int)>(entry("PyGILState_Release"))(state); }
    static void* entry(const char* name) { return dlsym(RTLD_DEFAULT, name); }
    int state_;
};

}  // namespace doublet::detail

#endif
