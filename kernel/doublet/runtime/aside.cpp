// A compilation that an interrupt sets aside, and that goes on later from where it was.
//
// Cling takes back nothing that it is in the middle of, so what it has begun it must end before it can do anything else.
// But it need not do so at once: its part of the stack and its registers are kept, and put back at the same addresses when
// there is time, while what the thread has there then is kept in turn. Signal handlers do the exchange: they run on a stack
// of their own, and what they leave in the registers is what the thread goes on with.
#include "aside.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <new>

#include "guard.hpp"
#include "signals.hpp"
#include "stack.hpp"

namespace doublet::detail {
namespace {

constexpr std::size_t red_zone = 128;  // below the stack pointer, where functions that call no others keep things
constexpr std::size_t vector_alignment = 64;

// Memory that no allocator has a part in, for it is taken and given back by handlers.
class Pages {
public:
    Pages() = default;
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;

    std::byte* take(std::size_t size) {
        give_back();
        void* found = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (found == MAP_FAILED) throw std::bad_alloc();
        size_ = size;
        return begin_ = static_cast<std::byte*>(found);
    }
    void give_back() {
        if (begin_) munmap(begin_, size_);
        begin_ = nullptr;
        size_ = 0;
    }
    std::byte* begin() const { return begin_; }
    std::size_t size() const { return size_; }

private:
    std::byte* begin_ = nullptr;
    std::size_t size_ = 0;
};

// The lower end of a stack, and the registers of what runs there.
class Slice {
public:
    void keep(const ucontext_t& context, std::byte* base) {
        exceptions_ = *watched.exceptions;
        std::copy(std::begin(context.uc_mcontext.gregs), std::end(context.uc_mcontext.gregs), std::begin(registers_));
        mask_ = context.uc_sigmask;
        const auto* vectors = reinterpret_cast<const std::byte*>(context.uc_mcontext.fpregs);
        std::copy_n(vectors, size_of_vectors(vectors), vectors_.take(size_of_vectors(vectors)));
        auto* const low = reinterpret_cast<std::byte*>(registers_[REG_RSP]) - red_zone;
        at_ = std::min(low, base);
        std::copy(at_, base, stack_.take(base - at_ + 1));
        base_ = base;
    }
    // Into a handler's context: the thread goes on there when the handler returns.
    void put_back(ucontext_t& context) {
        *watched.exceptions = exceptions_;
        std::copy_n(stack_.begin(), base_ - at_, at_);
        std::copy(std::begin(registers_), std::end(registers_), std::begin(context.uc_mcontext.gregs));
        context.uc_sigmask = mask_;
        context.uc_mcontext.fpregs = reinterpret_cast<fpregset_t>(vectors_.begin());
    }

private:
    // As the kernel says it behind the registers that every processor has: _fpx_sw_bytes in its asm/sigcontext.h.
    static std::size_t size_of_vectors(const std::byte* vectors) {
        constexpr std::size_t plain = 512, note = 464;
        constexpr std::uint32_t is_extended = 0x46505853;
        std::uint32_t magic, size;
        std::memcpy(&magic, vectors + note, sizeof magic);
        std::memcpy(&size, vectors + note + sizeof magic, sizeof size);
        return magic == is_extended ? size : plain;
    }

    InFlight exceptions_ = {};
    greg_t registers_[NGREG] = {};
    sigset_t mask_ = {};
    Pages vectors_, stack_;
    std::byte* at_ = nullptr;
    std::byte* base_ = nullptr;
};

thread_local std::byte* compiling = nullptr;  // the base of what may be set aside
std::byte* base = nullptr;                    // of what is set aside, or goes on
pid_t thread = 0;                             // whose that is
Slice compilation, continuer;
volatile sig_atomic_t is_aside = false;
volatile sig_atomic_t goes_on = false;
volatile sig_atomic_t is_finished = false;

// What continued() does is exchanged for the compilation, or the other way round.
void exchange(int, siginfo_t*, void* into) {
    auto& context = *static_cast<ucontext_t*>(into);
    goes_on = !goes_on;
    if (goes_on) continuer.keep(context, base);
    (goes_on ? compilation : continuer).put_back(context);
}

void raise_exchange() { tgkill(getpid(), gettid(), exchange_signal()); }

}  // namespace

void begin_compiling(void* below) { compiling = static_cast<std::byte*>(below); }

void end_compiling() {
    compiling = nullptr;
    if (!goes_on) return;
    is_finished = true;
    raise_exchange();
}

bool is_compiling() { return compiling; }

bool can_be_set_aside(const ucontext_t& interrupted) { return is_in_compiler(interrupted.uc_mcontext.gregs[REG_RIP]); }

void set_aside(const ucontext_t& interrupted) {
    thread = gettid();
    base = compiling;
    compilation.keep(interrupted, base);
    compiling = nullptr;
    is_aside = true;
}

bool is_set_aside() { return is_aside; }

bool continued() {
    if (gettid() != thread) return false;
    struct sigaction action = {};
    action.sa_sigaction = exchange;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigfillset(&action.sa_mask);
    sigaction(exchange_signal(), &action, nullptr);
    Point point;
    enter(point);
    is_aside = is_finished = false;
    compiling = base;
    raise_exchange();
    compiling = nullptr;
    if (is_finished) leave(point);
    else arrive();
    return is_finished;
}

const void* end_of_frames(const void* end) { return goes_on ? std::min<const void*>(end, base) : end; }

void give_up_continuing() {
    if (goes_on) raise_exchange();
}

}  // namespace doublet::detail
