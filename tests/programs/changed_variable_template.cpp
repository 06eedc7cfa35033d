// ---
template <class T> constexpr int rank_v = 0; template <> constexpr int rank_v<int> = 1;
// --- changed
template <class T> constexpr int rank_v = 5; template <> constexpr int rank_v<int> = 6;
// ---
template <class T> constexpr int rank_v<T*> = 1 + rank_v<T>;
// ---
int rr() { return rank_v<int> * 100 + rank_v<char> * 10 + rank_v<int*>; }
// --- run
std::cout << rr() << rank_v<int**> << '\n';
