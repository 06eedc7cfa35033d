// ---
enum Color { red, green = 5, blue }; enum class Shade : unsigned char { dark = 1, light }; enum { anonA = 3, anonB }; enum Fwd : int; 
// ---
enum Fwd : int { fw = 9 };
// ---
using enum Shade;
// ---
Color c = blue; Shade s = light; constexpr Color operator|(Color a, Color b) { return Color(int(a) | int(b)); }
// --- run
switch (c) { case red: std::cout << "r"; break; case blue: std::cout << "b"; [[fallthrough]]; default: std::cout << "d"; } std::cout << int(s) << anonB << fw << (red | blue) << sizeof(Shade) << '\n';
