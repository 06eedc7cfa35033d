// ---
template <class T> concept Num = std::is_arithmetic_v<T>; template <class T> concept HasSize = requires(const T& t) { { t.size() } -> std::convertible_to<std::size_t>; typename T::value_type; };
// ---
template <Num T> int which(T) { return 1; } template <HasSize T> int which(const T&) { return 2; } int which(auto...) requires true { return 3; }
// ---
template <class T> requires Num<T> && (sizeof(T) > 4) T big(T t) { return t; }
// ---
auto twice(Num auto x) { return x + x; } auto make(std::integral auto n) -> std::vector<decltype(n)> { return {n, n}; }
// --- run
std::cout << which(1) << which(std::string()) << which(nullptr) << big(2.5) << twice(4) << make(3L).size() << '\n';
