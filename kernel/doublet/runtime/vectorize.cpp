// The loops over all dimensions but the last, for cpp.vectorize.
#include "doublet/vectorize.hpp"

namespace doublet::detail {

void run_vectorized(std::uintptr_t inner, const std::vector<std::ptrdiff_t>& shape, const std::vector<std::uintptr_t>& arrays,
                    const std::vector<std::ptrdiff_t>& strides) {
    const std::size_t rank = shape.size(), count = arrays.size();
    for (const auto extent : shape)
        if (extent == 0) return;
    std::vector<char*> at;
    for (const auto array : arrays) at.push_back(reinterpret_cast<char*>(array));
    std::vector<std::ptrdiff_t> index(rank), steps(count);
    for (std::size_t array = 0; array < count; ++array) steps[array] = rank ? strides[array * rank + rank - 1] : 0;
    while (true) {
        reinterpret_cast<Inner>(inner)(rank ? shape[rank - 1] : 1, at.data(), steps.data());
        std::size_t axis = rank < 2 ? 0 : rank - 1;  // one behind the axis to move on
        for (; axis > 0; --axis) {
            const std::size_t moved = axis - 1;
            const std::ptrdiff_t by = ++index[moved] < shape[moved] ? 1 : 1 - shape[moved];
            for (std::size_t array = 0; array < count; ++array) at[array] += by * strides[array * rank + moved];
            if (by == 1) break;
            index[moved] = 0;
        }
        if (axis == 0) return;
    }
}

}  // namespace doublet::detail
