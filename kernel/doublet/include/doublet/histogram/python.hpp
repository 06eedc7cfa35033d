// The histograms of Python that C++ fills: runtime/histograms.cpp asks bridge/histograms.py. All of it takes the GIL.
#ifndef DOUBLET_HISTOGRAM_PYTHON_HPP
#define DOUBLET_HISTOGRAM_PYTHON_HPP

#include <atomic>
#include <string>

struct _object;  // Python's

namespace doublet::detail {

// Each of these throws what Python raises.
struct _object* make_histogram(const std::string& json);
struct _object* copy_histogram(struct _object* histogram);
std::string describe_histogram(struct _object* histogram);
std::string text_of_histogram(struct _object* histogram);
void fill_histogram(struct _object* histogram, const std::string& json);
void assign_histogram(struct _object* to, struct _object* from);
void note_weights(struct _object* histogram);
void reset_histogram(struct _object* histogram);

// How often hist has been made to forget of a histogram that there are weights, from 1 on: another object may fill it, too.
extern std::atomic<unsigned> forgotten_weights;

// For one that has been made without axes, and not been given any.
[[noreturn]] void has_no_axes();

// Notes which of Python's a C++ object fills from now on, null if none yet: Python reads no object that is not noted here.
void note_filler(const void* filler, struct _object* histogram);
void forget_filler(const void* filler) noexcept;

// An object that is noted as long as it lives; it begins with this.
class noted {
protected:
    noted() { note_filler(this, nullptr); }
    ~noted() { forget_filler(this); }
    noted(const noted&) = delete;
    noted& operator=(const noted&) = delete;
};

void hold_histogram(struct _object* histogram);
void release_histogram(struct _object* histogram);

}  // namespace doublet::detail

#endif
