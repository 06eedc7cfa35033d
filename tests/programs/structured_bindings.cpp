// ---
auto [i, j] = std::pair{1, 2.5}; struct Q { int a; std::string b; } qq{4, "w"}; auto& [qa, qb] = qq; const auto [ca, cb] = qq; int ar[3] = {7, 8, 9}; auto&& [a0, a1, a2] = ar;
// --- run
qa = 10; a1 = 80; i += 5; std::cout << i << j << qq.a << qb << ca << cb << ar[1] << '\n';
// ---
std::map<std::string, int> mp{{"a", 1}, {"b", 2}};
// --- run
for (auto& [k, v] : mp) v *= 10; for (const auto& [k, v] : mp) std::cout << k << v; if (auto [it, ok] = mp.insert({"c", 3}); ok) std::cout << it->first; std::cout << '\n';
