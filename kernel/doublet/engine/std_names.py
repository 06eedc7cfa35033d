"""Which standard header declares a name.

The tables list what a cell is likely to use, for C++20 as libstdc++ 12 has it; a name that several headers
declare is listed under the one a reader would expect.
"""

from __future__ import annotations

from collections.abc import Mapping

_STD = """
algorithm: adjacent_find all_of any_of binary_search clamp copy copy_backward copy_if copy_n count count_if equal
algorithm: equal_range fill fill_n find find_end find_first_of find_if find_if_not for_each for_each_n generate
algorithm: generate_n includes inplace_merge is_heap is_heap_until is_partitioned is_permutation is_sorted
algorithm: is_sorted_until iter_swap lexicographical_compare lexicographical_compare_three_way lower_bound make_heap
algorithm: max max_element merge min min_element minmax minmax_element mismatch move_backward next_permutation none_of
algorithm: nth_element partial_sort partial_sort_copy partition partition_copy partition_point pop_heap
algorithm: prev_permutation push_heap ranges::all_of ranges::any_of ranges::copy ranges::count_if ranges::equal
algorithm: ranges::find ranges::find_if ranges::for_each ranges::lower_bound ranges::max ranges::max_element
algorithm: ranges::min ranges::min_element ranges::none_of ranges::reverse ranges::sort ranges::transform
algorithm: ranges::upper_bound remove remove_copy remove_copy_if remove_if replace replace_copy replace_copy_if
algorithm: replace_if reverse reverse_copy rotate rotate_copy sample search search_n set_difference set_intersection
algorithm: set_symmetric_difference set_union shift_left shift_right shuffle sort sort_heap stable_partition
algorithm: stable_sort swap_ranges transform unique unique_copy upper_bound
any: any any_cast bad_any_cast make_any
array: array to_array
atomic: atomic atomic_bool atomic_fetch_add atomic_flag atomic_int atomic_load atomic_ref atomic_store
atomic: atomic_thread_fence memory_order memory_order_acquire memory_order_relaxed memory_order_release
atomic: memory_order_seq_cst
barrier: barrier
bit: bit_cast bit_ceil bit_floor bit_width countl_one countl_zero countr_one countr_zero endian has_single_bit popcount
bit: rotl rotr
bitset: bitset
charconv: chars_format from_chars from_chars_result to_chars to_chars_result
chrono: chrono::duration chrono::duration_cast chrono::high_resolution_clock chrono::hours chrono::microseconds
chrono: chrono::milliseconds chrono::minutes chrono::nanoseconds chrono::seconds chrono::steady_clock
chrono: chrono::system_clock chrono::time_point chrono::time_point_cast chrono::year chrono::year_month_day
cmath: assoc_laguerre assoc_legendre beta comp_ellint_1 comp_ellint_2 cyl_bessel_j cyl_neumann ellint_1 expint hermite
cmath: isfinite isinf isnan isnormal laguerre legendre lerp riemann_zeta signbit sph_bessel sph_legendre sph_neumann
codecvt: codecvt_utf8
compare: compare_three_way is_eq is_lt partial_ordering strong_ordering three_way_comparable weak_ordering
complex: arg complex conj imag norm polar proj real
concepts: assignable_from common_with constructible_from convertible_to copy_constructible copyable
concepts: default_initializable derived_from destructible equality_comparable equality_comparable_with floating_point
concepts: integral invocable movable move_constructible predicate regular regular_invocable relation same_as
concepts: semiregular signed_integral swappable totally_ordered unsigned_integral
condition_variable: condition_variable condition_variable_any cv_status notify_all_at_thread_exit
coroutine: coroutine_handle coroutine_traits noop_coroutine suspend_always suspend_never
cstddef: byte max_align_t nullptr_t to_integer
deque: deque
exception: bad_exception current_exception exception exception_ptr get_terminate make_exception_ptr nested_exception
exception: rethrow_exception rethrow_if_nested set_terminate terminate throw_with_nested uncaught_exceptions
execution: execution::par execution::par_unseq execution::seq execution::unseq
filesystem: filesystem::absolute filesystem::copy_file filesystem::create_directories filesystem::create_directory
filesystem: filesystem::current_path filesystem::directory_entry filesystem::directory_iterator filesystem::exists
filesystem: filesystem::file_size filesystem::is_directory filesystem::is_regular_file filesystem::path
filesystem: filesystem::recursive_directory_iterator filesystem::remove filesystem::remove_all
filesystem: filesystem::temp_directory_path
forward_list: forward_list
fstream: basic_fstream basic_ifstream basic_ofstream filebuf fstream ifstream ofstream wifstream wofstream
functional: bad_function_call bind bind_front bit_and bit_or bit_xor boyer_moore_searcher cref divides equal_to
functional: function greater greater_equal hash identity invoke is_bind_expression less less_equal logical_and
functional: logical_not logical_or mem_fn minus modulus multiplies negate not_equal_to not_fn placeholders::_1
functional: placeholders::_2 placeholders::_3 plus ranges::greater ranges::less ref reference_wrapper
future: async future future_error future_status launch packaged_task promise shared_future
initializer_list: initializer_list
iomanip: get_money get_time put_money put_time quoted resetiosflags setbase setfill setiosflags setprecision setw
ios: basic_ios boolalpha dec defaultfloat fixed hex hexfloat internal ios ios_base left noboolalpha noshowbase
ios: noshowpoint noshowpos nouppercase oct right scientific showbase showpoint showpos skipws streamoff streampos
ios: streamsize unitbuf uppercase
iosfwd: char_traits
iostream: cerr cin clog cout wcerr wcin wclog wcout
istream: basic_istream iostream istream ws
iterator: advance back_insert_iterator back_inserter begin bidirectional_iterator cbegin cend contiguous_iterator
iterator: counted_iterator crbegin crend data default_sentinel distance empty end forward_iterator forward_iterator_tag
iterator: front_inserter incrementable indirectly_readable input_iterator input_iterator_tag input_or_output_iterator
iterator: inserter istream_iterator istreambuf_iterator iter_reference_t iter_value_t iterator_traits
iterator: make_move_iterator make_reverse_iterator move_iterator next ostream_iterator ostreambuf_iterator
iterator: output_iterator prev random_access_iterator random_access_iterator_tag rbegin rend reverse_iterator
iterator: sentinel_for size sortable ssize
latch: latch
limits: float_denorm_style float_round_style numeric_limits
list: list
locale: codecvt collate ctype has_facet isalnum isalpha isdigit isspace locale money_get numpunct time_get tolower
locale: toupper use_facet wstring_convert
map: map multimap
memory: addressof align allocate_shared allocator allocator_traits assume_aligned bad_weak_ptr const_pointer_cast
memory: construct_at default_delete destroy destroy_at destroy_n dynamic_pointer_cast enable_shared_from_this
memory: make_shared make_unique make_unique_for_overwrite owner_less pointer_traits shared_ptr static_pointer_cast
memory: to_address uninitialized_copy uninitialized_fill uninitialized_move unique_ptr uses_allocator weak_ptr
memory_resource: pmr::memory_resource pmr::monotonic_buffer_resource pmr::polymorphic_allocator
mutex: adopt_lock call_once defer_lock lock lock_guard mutex once_flag recursive_mutex recursive_timed_mutex
mutex: scoped_lock timed_mutex try_lock try_to_lock unique_lock
new: align_val_t bad_alloc bad_array_new_length destroying_delete hardware_destructive_interference_size launder
new: nothrow set_new_handler
numbers: numbers::e numbers::egamma numbers::inv_pi numbers::inv_sqrt3 numbers::inv_sqrtpi numbers::ln10 numbers::ln2
numbers: numbers::log10e numbers::log2e numbers::phi numbers::pi numbers::pi_v numbers::sqrt2 numbers::sqrt3
numeric: accumulate adjacent_difference exclusive_scan gcd inclusive_scan inner_product iota lcm midpoint partial_sum
numeric: reduce transform_exclusive_scan transform_inclusive_scan transform_reduce
optional: bad_optional_access make_optional nullopt nullopt_t optional
ostream: basic_ostream emit_on_flush endl ends flush ostream
queue: priority_queue queue
random: bernoulli_distribution binomial_distribution cauchy_distribution chi_squared_distribution default_random_engine
random: discard_block_engine discrete_distribution exponential_distribution extreme_value_distribution
random: fisher_f_distribution gamma_distribution generate_canonical geometric_distribution independent_bits_engine
random: linear_congruential_engine lognormal_distribution mersenne_twister_engine minstd_rand minstd_rand0 mt19937
random: mt19937_64 negative_binomial_distribution normal_distribution piecewise_constant_distribution
random: piecewise_linear_distribution poisson_distribution random_device ranlux24 ranlux48 seed_seq
random: student_t_distribution subtract_with_carry_engine uniform_int_distribution uniform_random_bit_generator
random: uniform_real_distribution weibull_distribution
ranges: ranges::borrowed_range ranges::common_range ranges::contiguous_range ranges::distance ranges::empty
ranges: ranges::forward_range ranges::input_range ranges::iota_view ranges::random_access_range ranges::range
ranges: ranges::range_value_t ranges::ref_view ranges::size ranges::sized_range ranges::subrange ranges::transform_view
ranges: ranges::view ranges::view_interface ranges::viewable_range views::all views::common views::counted views::drop
ranges: views::drop_while views::elements views::empty views::filter views::iota views::join views::keys views::reverse
ranges: views::single views::split views::take views::take_while views::transform views::values
ratio: atto centi deci exa femto giga kilo mega micro milli nano peta pico ratio ratio_add ratio_multiply tera
regex: cmatch cregex_iterator regex regex_error regex_match regex_replace regex_search regex_traits smatch
regex: sregex_iterator sregex_token_iterator sub_match
scoped_allocator: scoped_allocator_adaptor
semaphore: binary_semaphore counting_semaphore
set: multiset set
shared_mutex: shared_lock shared_mutex shared_timed_mutex
source_location: source_location
span: as_bytes as_writable_bytes dynamic_extent span
sstream: basic_istringstream basic_ostringstream basic_stringstream istringstream ostringstream stringbuf stringstream
sstream: wstringstream
stack: stack
stdexcept: domain_error invalid_argument length_error logic_error out_of_range overflow_error range_error runtime_error
stdexcept: underflow_error
stop_token: nostopstate stop_callback stop_source stop_token
streambuf: basic_streambuf streambuf
string: basic_string erase erase_if getline stod stof stoi stol stold stoll stoul stoull string to_string to_wstring
string: u16string u32string u8string wstring
string_view: basic_string_view string_view u16string_view u32string_view u8string_view wstring_view
syncstream: basic_osyncstream osyncstream syncbuf
system_error: errc error_category error_code error_condition generic_category make_error_code system_category
system_error: system_error
thread: jthread this_thread::get_id this_thread::sleep_for this_thread::sleep_until this_thread::yield thread
tuple: apply forward_as_tuple ignore make_from_tuple make_tuple tie tuple tuple_cat tuple_element tuple_element_t
tuple: tuple_size tuple_size_v
type_traits: add_const add_const_t add_lvalue_reference add_pointer add_pointer_t bool_constant common_reference_t
type_traits: common_type common_type_t conditional conditional_t conjunction conjunction_v decay decay_t disjunction
type_traits: disjunction_v enable_if enable_if_t extent extent_v false_type has_unique_object_representations
type_traits: has_virtual_destructor integral_constant invoke_result invoke_result_t is_abstract is_aggregate
type_traits: is_arithmetic is_arithmetic_v is_array is_array_v is_assignable is_base_of is_base_of_v is_class
type_traits: is_class_v is_const is_const_v is_constant_evaluated is_constructible is_constructible_v is_convertible
type_traits: is_convertible_v is_copy_constructible is_default_constructible is_destructible is_empty is_enum is_enum_v
type_traits: is_final is_floating_point is_floating_point_v is_function is_fundamental is_integral is_integral_v
type_traits: is_invocable is_invocable_r is_invocable_v is_lvalue_reference is_member_pointer is_move_constructible
type_traits: is_nothrow_move_constructible is_null_pointer is_object is_pod is_pointer is_pointer_v is_polymorphic
type_traits: is_reference is_reference_v is_rvalue_reference is_same is_same_v is_scalar is_signed is_signed_v
type_traits: is_standard_layout is_trivial is_trivially_copyable is_trivially_copyable_v is_union is_unsigned
type_traits: is_unsigned_v is_void is_void_v is_volatile make_signed make_signed_t make_unsigned make_unsigned_t
type_traits: negation negation_v rank remove_const remove_const_t remove_cv remove_cv_t remove_cvref remove_cvref_t
type_traits: remove_extent remove_pointer remove_pointer_t remove_reference remove_reference_t remove_volatile
type_traits: true_type type_identity type_identity_t underlying_type underlying_type_t void_t
typeindex: type_index
typeinfo: bad_cast bad_typeid type_info
unordered_map: unordered_map unordered_multimap
unordered_set: unordered_multiset unordered_set
utility: as_const cmp_equal cmp_greater cmp_less declval exchange forward get in_place in_place_t in_place_type
utility: in_range index_sequence index_sequence_for integer_sequence make_index_sequence make_integer_sequence
utility: make_pair move move_if_noexcept pair piecewise_construct swap
valarray: gslice indirect_array mask_array slice slice_array valarray
variant: bad_variant_access get_if holds_alternative monostate variant variant_alternative_t variant_npos variant_size
variant: variant_size_v visit
vector: vector
"""

# Names of C, which a cell may also use without std::.
_C = """
cctype: isalnum isalpha iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit tolower toupper
cfenv: feclearexcept fegetround fesetround fetestexcept
cinttypes: imaxabs strtoimax
clocale: localeconv setlocale
cmath: abs acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor
cmath: fma fmax fmin fmod frexp hypot ilogb ldexp lgamma log log10 log1p log2 logb lrint lround modf nan nearbyint
cmath: nextafter pow remainder rint round scalbn sin sinh sqrt tan tanh tgamma trunc
csetjmp: longjmp
csignal: raise sig_atomic_t signal
cstddef: max_align_t ptrdiff_t size_t
cstdint: int16_t int32_t int64_t int8_t int_fast32_t int_least32_t intmax_t intptr_t uint16_t uint32_t uint64_t uint8_t
cstdint: uint_fast32_t uint_least32_t uintmax_t uintptr_t
cstdio: FILE clearerr fclose feof ferror fflush fgetc fgets fopen fprintf fputc fputs fread freopen fscanf fseek ftell
cstdio: fwrite getc getchar perror printf putc putchar puts rename rewind scanf setbuf setvbuf snprintf sprintf sscanf
cstdio: tmpfile ungetc vfprintf vprintf vsnprintf
cstdlib: _Exit abort aligned_alloc at_quick_exit atexit atof atoi atol atoll bsearch calloc div exit free getenv labs
cstdlib: ldiv llabs malloc mblen mbstowcs qsort quick_exit rand realloc srand strtod strtof strtol strtold strtoll
cstdlib: strtoul strtoull system
cstring: memchr memcmp memcpy memmove memset strcat strchr strcmp strcoll strcpy strcspn strerror strlen strncat
cstring: strncmp strncpy strpbrk strrchr strspn strstr strtok
ctime: asctime clock clock_t ctime difftime gmtime localtime mktime strftime time time_t timespec timespec_get tm
cuchar: mbrtoc16 mbrtoc32
cwchar: fgetwc wcscmp wcscpy wcslen wmemcpy wprintf
cwctype: iswalpha iswdigit iswspace towlower towupper
"""

_MACROS = """
cassert: assert
cerrno: EDOM EINTR EINVAL ENOENT ERANGE errno
cfenv: FE_DIVBYZERO FE_INVALID FE_OVERFLOW
cfloat: DBL_DIG DBL_EPSILON DBL_MAX DBL_MIN FLT_EPSILON FLT_MAX FLT_MIN LDBL_EPSILON LDBL_MAX
cinttypes: PRId32 PRId64 PRIu32 PRIu64 PRIx64
climits: CHAR_BIT CHAR_MAX CHAR_MIN INT_MAX INT_MIN LLONG_MAX LLONG_MIN LONG_MAX LONG_MIN SHRT_MAX UCHAR_MAX UINT_MAX
climits: ULLONG_MAX ULONG_MAX
cmath: FP_NAN HUGE_VAL INFINITY M_1_PI M_2_PI M_E M_LN10 M_LN2 M_LOG10E M_LOG2E M_PI M_PI_2 M_PI_4 M_SQRT1_2 M_SQRT2
cmath: NAN
csignal: SIGABRT SIGFPE SIGINT SIGSEGV SIGTERM
cstdarg: va_arg va_copy va_end va_start
cstddef: NULL offsetof
cstdint: INT16_MAX INT32_MAX INT32_MIN INT64_MAX INT64_MIN INT8_MAX SIZE_MAX UINT16_MAX UINT32_MAX UINT64_MAX UINT8_MAX
cstdio: BUFSIZ EOF SEEK_CUR SEEK_END SEEK_SET stderr stdin stdout
cstdlib: EXIT_FAILURE EXIT_SUCCESS RAND_MAX
ctime: CLOCKS_PER_SEC
"""


def _table(text: str) -> dict[str, str]:
    rows = (row.split(":", 1) for row in text.split("\n") if row)
    return {name: header for header, names in rows for name in names.split()}


STD_NAMES: Mapping[str, str] = _table(_STD)
"""Name below ``std::`` (``vector``, ``numbers::pi``) -> header."""

C_NAMES: Mapping[str, str] = _table(_C)
"""Name of C, in ``std::`` and in the global namespace -> header."""

MACROS: Mapping[str, str] = _table(_MACROS)
"""Macro -> header."""

NAMESPACES: Mapping[str, str] = {
    "chrono": "chrono",
    "execution": "execution",
    "filesystem": "filesystem",
    "numbers": "numbers",
    "placeholders": "functional",
    "pmr": "memory_resource",
    "ranges": "ranges",
    "regex_constants": "regex",
    "this_thread": "thread",
    "views": "ranges",
}
"""Namespace below ``std::`` -> header."""

LATER: Mapping[str, str] = _table("""
C++23: byteswap expected flat_map flat_set generator mdspan move_only_function print println ranges::contains
C++23: ranges::fold_left ranges::to stacktrace to_underlying unexpected unreachable views::adjacent
C++23: views::cartesian_product views::chunk views::enumerate views::slide views::stride views::zip
format: format format_to format_to_n formatted_size formatter make_format_args vformat
""")
"""Name below ``std::`` that this standard or library may not have -> the standard, or the header of a newer library."""
