// std::call_once for cells, and with it std::async and std::promise.
//
// The C++ library hands over what is to be called in thread-local variables of its own. Code that Cling compiles
// cannot reach them, for its thread-local variables are emulated: it asks __emutls_get_address for the one that a
// control object stands for. So here are two control objects under the names that it asks for, and in place of the
// library's __once_proxy a function that reads what they stand for; the toolchain renames it in cells.
#include <cstddef>

extern "C" void* __emutls_get_address(void* control);

// As in GCC's libgcc/emutls.c.
struct Control {
    std::size_t size = sizeof(void*);
    std::size_t alignment = alignof(void*);
    void* place = nullptr;
    void* initial = nullptr;
};

extern Control once_callable asm("__emutls_v._ZSt15__once_callable");
extern Control once_call asm("__emutls_v._ZSt11__once_call");
Control once_callable, once_call;

extern "C" void doublet_once_proxy() { (*static_cast<void (**)()>(__emutls_get_address(&once_call)))(); }
