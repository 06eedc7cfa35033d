// What Python tells of a histogram: eight-byte words, written by bridge/histograms.py. Numbers cross bit by bit.
#ifndef DOUBLET_HISTOGRAM_DESCRIPTION_HPP
#define DOUBLET_HISTOGRAM_DESCRIPTION_HPP

#include <cstdint>
#include <cstring>
#include <string>

namespace doublet::detail {

class description {
public:
    explicit description(const void* at) : at_(static_cast<const char*>(at)) {}

    std::int64_t integer() { return word<std::int64_t>(); }
    double real() { return word<double>(); }
    template <class T>
    T* address() {
        return reinterpret_cast<T*>(word<std::uintptr_t>());
    }
    // Its size comes first, and zeros fill its last word.
    std::string text() {
        const auto size = static_cast<std::size_t>(integer());
        std::string found(at_, size);
        at_ += (size + 7) / 8 * 8;
        return found;
    }

private:
    template <class T>
    T word() {
        static_assert(sizeof(T) == 8);
        T value;
        std::memcpy(&value, at_, 8);
        at_ += 8;
        return value;
    }

    const char* at_;
};

}  // namespace doublet::detail

#endif
