// What a NumPy array is in a C++ cell where std::span cannot show it: more than one dimension, or gaps between elements.
#ifndef DOUBLET_VIEW_HPP
#define DOUBLET_VIEW_HPP

#include <array>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace doublet {

// Goes through elements that lie `stride` elements apart.
template <class T>
class strided_iterator {
public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = std::remove_cv_t<T>;
    using difference_type = std::ptrdiff_t;
    using pointer = T*;
    using reference = T&;

    constexpr strided_iterator() = default;
    constexpr strided_iterator(T* data, std::ptrdiff_t stride, std::ptrdiff_t at) : data_(data), stride_(stride), at_(at) {}

    constexpr T& operator*() const { return data_[at_ * stride_]; }
    constexpr T* operator->() const { return &**this; }
    constexpr T& operator[](std::ptrdiff_t n) const { return data_[(at_ + n) * stride_]; }
    constexpr strided_iterator& operator+=(std::ptrdiff_t n) { return at_ += n, *this; }
    constexpr strided_iterator& operator-=(std::ptrdiff_t n) { return at_ -= n, *this; }
    constexpr strided_iterator& operator++() { return *this += 1; }
    constexpr strided_iterator& operator--() { return *this -= 1; }
    constexpr strided_iterator operator++(int) { return at_++, strided_iterator(data_, stride_, at_ - 1); }
    constexpr strided_iterator operator--(int) { return at_--, strided_iterator(data_, stride_, at_ + 1); }
    friend constexpr strided_iterator operator+(strided_iterator i, std::ptrdiff_t n) { return i += n; }
    friend constexpr strided_iterator operator+(std::ptrdiff_t n, strided_iterator i) { return i += n; }
    friend constexpr strided_iterator operator-(strided_iterator i, std::ptrdiff_t n) { return i -= n; }
    friend constexpr std::ptrdiff_t operator-(strided_iterator a, strided_iterator b) { return a.at_ - b.at_; }
    friend constexpr bool operator==(strided_iterator a, strided_iterator b) { return a.at_ == b.at_; }
    friend constexpr bool operator!=(strided_iterator a, strided_iterator b) { return a.at_ != b.at_; }
    friend constexpr bool operator<(strided_iterator a, strided_iterator b) { return a.at_ < b.at_; }
    friend constexpr bool operator>(strided_iterator a, strided_iterator b) { return a.at_ > b.at_; }
    friend constexpr bool operator<=(strided_iterator a, strided_iterator b) { return a.at_ <= b.at_; }
    friend constexpr bool operator>=(strided_iterator a, strided_iterator b) { return a.at_ >= b.at_; }

private:
    T* data_ = nullptr;
    std::ptrdiff_t stride_ = 1;
    std::ptrdiff_t at_ = 0;
};

// Goes through the rows of a view, which are views of one dimension less.
template <class View>
class row_iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = decltype(std::declval<View>()[0]);
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = value_type;

    constexpr row_iterator(View rows, std::ptrdiff_t at) : rows_(rows), at_(at) {}

    constexpr value_type operator*() const { return rows_[at_]; }
    constexpr row_iterator& operator++() { return ++at_, *this; }
    constexpr row_iterator operator++(int) { return {rows_, at_++}; }
    friend constexpr bool operator==(const row_iterator& a, const row_iterator& b) { return a.at_ == b.at_; }
    friend constexpr bool operator!=(const row_iterator& a, const row_iterator& b) { return a.at_ != b.at_; }

private:
    View rows_;
    std::ptrdiff_t at_;
};

// A view of memory that somebody else owns, in `Rank` dimensions; strides count elements.
template <class T, std::size_t Rank>
class view {
public:
    constexpr view(T* data, std::array<std::ptrdiff_t, Rank> extents, std::array<std::ptrdiff_t, Rank> strides)
        : data_(data), extents_(extents), strides_(strides) {}

    template <class... Index>
    constexpr T& operator()(Index... index) const {
        static_assert(sizeof...(Index) == Rank, "one index for each dimension");
        std::ptrdiff_t offset = 0;
        std::size_t axis = 0;
        ((offset += static_cast<std::ptrdiff_t>(index) * strides_[axis++]), ...);
        return data_[offset];
    }

    // The same, with the indices checked.
    template <class... Index>
    constexpr T& at(Index... index) const {
        static_assert(sizeof...(Index) == Rank, "one index for each dimension");
        const std::ptrdiff_t indices[] = {static_cast<std::ptrdiff_t>(index)...};
        for (std::size_t axis = 0; axis < Rank; ++axis)
            if (indices[axis] < 0 || indices[axis] >= extents_[axis])
                throw std::out_of_range("index " + std::to_string(indices[axis]) + " is out of range for axis " + std::to_string(axis) + ", which has " +
                                        std::to_string(extents_[axis]) + " elements");
        return (*this)(index...);
    }

    // An element, or a row where there are more dimensions.
    constexpr decltype(auto) operator[](std::ptrdiff_t index) const {
        T* place = data_ + index * strides_[0];
        if constexpr (Rank == 1) return (*place);
        else return view<T, Rank - 1>(place, without_first(extents_), without_first(strides_));
    }
    using iterator = std::conditional_t<Rank == 1, strided_iterator<T>, row_iterator<view>>;
    constexpr iterator begin() const { return iterator_at(0); }
    constexpr iterator end() const { return iterator_at(extents_[0]); }

    constexpr std::ptrdiff_t extent(std::size_t axis) const { return extents_[axis]; }
    constexpr std::ptrdiff_t stride(std::size_t axis) const { return strides_[axis]; }
    constexpr std::ptrdiff_t size() const {
        std::ptrdiff_t product = 1;
        for (auto extent : extents_) product *= extent;
        return product;
    }
    static constexpr std::size_t rank() { return Rank; }
    constexpr T* data() const { return data_; }

private:
    constexpr iterator iterator_at(std::ptrdiff_t index) const {
        if constexpr (Rank == 1) return strided_iterator<T>(data_, strides_[0], index);
        else return row_iterator<view>(*this, index);
    }
    static constexpr auto without_first(const std::array<std::ptrdiff_t, Rank>& numbers) {
        std::array<std::ptrdiff_t, Rank - 1> rest{};
        for (std::size_t axis = 1; axis < Rank; ++axis) rest[axis - 1] = numbers[axis];
        return rest;
    }

    T* data_;
    std::array<std::ptrdiff_t, Rank> extents_;
    std::array<std::ptrdiff_t, Rank> strides_;
};

}  // namespace doublet

#endif
