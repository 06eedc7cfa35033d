// Eigen's matrices and Python's arrays: doublet::eigen(array) is an Eigen::Map of an array, and where Python finds the
// elements of a matrix.
#ifndef DOUBLET_LIBRARIES_EIGEN_HPP
#define DOUBLET_LIBRARIES_EIGEN_HPP

#include <Eigen/Core>
#include <complex>
#include <cstdint>
#include <string>
#include <type_traits>

#include "doublet/view.hpp"
#if __cplusplus >= 202002L
#include <span>
#endif

namespace doublet {

namespace libraries {

template <class T, int Columns>
using dense = Eigen::Matrix<std::remove_const_t<T>, Eigen::Dynamic, Columns>;
template <class T, class Plain>
using as_constant = std::conditional_t<std::is_const_v<T>, const Plain, Plain>;

}  // namespace libraries

// An array as Eigen knows it, in its own memory, whichever order that has.
template <class T>
auto eigen(const view<T, 2>& array) {
    using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    using Map = Eigen::Map<libraries::as_constant<T, libraries::dense<T, Eigen::Dynamic>>, 0, Strides>;
    return Map(array.data(), array.extent(0), array.extent(1), Strides(array.stride(1), array.stride(0)));
}
template <class T>
auto eigen(const view<T, 1>& array) {
    using Map = Eigen::Map<libraries::as_constant<T, libraries::dense<T, 1>>, 0, Eigen::InnerStride<>>;
    return Map(array.data(), array.extent(0), Eigen::InnerStride<>(array.stride(0)));
}
#if __cplusplus >= 202002L
template <class T>
auto eigen(std::span<T> array) {
    return Eigen::Map<libraries::as_constant<T, libraries::dense<T, 1>>>(array.data(), static_cast<Eigen::Index>(array.size()));
}
#endif

namespace libraries {

// Where the elements of a matrix are; strides count elements.
struct elements {
    std::uintptr_t address;
    std::ptrdiff_t rows, columns, row_stride, column_stride;
    bool is_vector, is_writable;
};

template <class Dense>
elements elements_of(const Dense& of) {
    constexpr bool by_rows = Dense::IsRowMajor;
    const std::ptrdiff_t inner = of.innerStride(), outer = of.outerStride();
    return {reinterpret_cast<std::uintptr_t>(of.data()), of.rows(), of.cols(), by_rows ? outer : inner, by_rows ? inner : outer,
            static_cast<bool>(Dense::IsVectorAtCompileTime), (Eigen::internal::traits<Dense>::Flags & Eigen::LvalueBit) != 0};
}

template <class T>
struct is_complex : std::false_type {};
template <class T>
struct is_complex<std::complex<T>> : std::true_type {};

// What NumPy calls the elements; empty if it has none such.
template <class Dense>
std::string dtype_of() {
    using Scalar = typename Dense::Scalar;
    constexpr bool is_number = std::is_arithmetic_v<Scalar> || is_complex<Scalar>::value;
    const char kind = is_complex<Scalar>::value ? 'c' : std::is_same_v<Scalar, bool> ? 'b' : std::is_floating_point_v<Scalar> ? 'f' : std::is_signed_v<Scalar> ? 'i' : 'u';
    return is_number ? kind + std::to_string(sizeof(Scalar)) : "";
}

// A matrix with the elements that are at an address.
template <class Plain>
Plain copied(std::uintptr_t address, std::ptrdiff_t rows, std::ptrdiff_t columns, std::ptrdiff_t row_stride, std::ptrdiff_t column_stride) {
    using Scalar = typename Plain::Scalar;
    return eigen(view<const Scalar, 2>(reinterpret_cast<const Scalar*>(address), {rows, columns}, {row_stride, column_stride}));
}

// What an Eigen::Map or Ref asks of the elements that it is to refer to; -1 for sizes that may be any, and strides.
struct view_kind {
    std::ptrdiff_t rows, columns, outer, inner;
    bool is_row_major, is_constant, is_ref;
    std::size_t alignment;
};

template <class View>
struct view_parts;
template <class Plain, int Options, class Stride>
struct view_parts<Eigen::Map<Plain, Options, Stride>> {
    using plain = Plain;
    using stride = Stride;
    static constexpr bool is_ref = false;
    static constexpr int options = Options;
};
template <class Plain, int Options, class Stride>
struct view_parts<Eigen::Ref<Plain, Options, Stride>> {
    using plain = Plain;
    using stride = Stride;
    static constexpr bool is_ref = true;
    static constexpr int options = Options;
};

template <class View>
view_kind kind_of_view() {
    using parts = view_parts<View>;
    return {View::RowsAtCompileTime, View::ColsAtCompileTime, parts::stride::OuterStrideAtCompileTime, parts::stride::InnerStrideAtCompileTime,
            static_cast<bool>(View::IsRowMajor), std::is_const_v<typename parts::plain>, parts::is_ref, std::size_t(parts::options & Eigen::AlignedMask)};
}

template <class Stride>
Stride stride_of(std::ptrdiff_t outer, std::ptrdiff_t inner) {
    constexpr bool any_outer = Stride::OuterStrideAtCompileTime == Eigen::Dynamic, any_inner = Stride::InnerStrideAtCompileTime == Eigen::Dynamic;
    if constexpr (std::is_constructible_v<Stride, Eigen::Index, Eigen::Index>) return Stride(any_outer ? outer : Stride::OuterStrideAtCompileTime, any_inner ? inner : Stride::InnerStrideAtCompileTime);
    else if constexpr (any_outer) return Stride(outer);
    else if constexpr (any_inner) return Stride(inner);
    else return Stride();
}

// A Map or Ref of elements whose strides it can have; a constant Ref of others, which it copies.
template <class View>
View viewed(std::uintptr_t address, std::ptrdiff_t rows, std::ptrdiff_t columns, std::ptrdiff_t outer, std::ptrdiff_t inner, bool fits) {
    using parts = view_parts<View>;
    using Plain = typename parts::plain;
    auto* elements = reinterpret_cast<std::conditional_t<std::is_const_v<Plain>, const typename View::Scalar, typename View::Scalar>*>(address);
    if constexpr (parts::is_ref && std::is_const_v<Plain>)
        if (!fits) {
            using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
            return View(Eigen::Map<Plain, 0, Strides>(elements, rows, columns, Strides(outer, inner)));
        }
    using Stride = typename parts::stride;
    const Eigen::Map<Plain, parts::options, Stride> map(elements, rows, columns, stride_of<Stride>(outer, inner));
    return View(map);
}

}  // namespace libraries

}  // namespace doublet

#endif
