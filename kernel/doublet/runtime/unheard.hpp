// Messages of the compiler's that are for nobody.
#ifndef DOUBLET_RUNTIME_UNHEARD_HPP
#define DOUBLET_RUNTIME_UNHEARD_HPP

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doublet/streams.hpp"
#include "output.hpp"

namespace doublet::detail {

// Drops what the compiler says to this thread, also where that is being kept.
class Unheard {
public:
    Unheard() : messages_(memfd_create("doublet-unheard", MFD_CLOEXEC)) {
        if (streams::is_kept()) {
            kept_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
            dup2(messages_, STDERR_FILENO);
        } else {
            streams::begin_compile(messages_);
        }
    }
    ~Unheard() {
        close(messages_);
        if (kept_ >= 0) {
            dup2(kept_, STDERR_FILENO);
            close(kept_);
        } else {
            streams::end_compile();
        }
    }
    bool has_any() const {
        struct stat file;
        return fstat(messages_, &file) == 0 && file.st_size > 0;
    }
    Unheard(const Unheard&) = delete;
    Unheard& operator=(const Unheard&) = delete;

private:
    int messages_;
    int kept_ = -1;
};

}  // namespace doublet::detail

#endif
