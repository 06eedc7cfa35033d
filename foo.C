double foo(int n) { return n * 100.5; }
