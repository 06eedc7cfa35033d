"""Tab and Shift-Tab: names and help of both languages in cells of both."""
